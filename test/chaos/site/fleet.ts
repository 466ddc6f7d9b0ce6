import type { Exit } from "../../support/child-processes.ts";
import { monotonicMs } from "../../support/clocks/monotonic-clock.ts";
import { startWorkflows, type WorkflowsCommand, type WorkflowsProcess } from "../../support/workflows-process.ts";
import type { Incarnation, Interval } from "../checker/evidence.ts";
import { givenUpLeases } from "./given-up-leases.ts";

export interface FleetOptions {
  /** The folder that holds `bin/workflows`. */
  readonly root?: string;
  readonly configPath: string;
  readonly receiverAddress: string;
}

/** What is particular about a member, asked anew for each incarnation. */
export interface Particulars {
  /** Added to the environment. */
  readonly env: { readonly [name: string]: string };
  /** How far its wall clock is ahead of the machine's at times; 0 where it never is. */
  readonly clockAheadMs: number;
}

/** Name of the variable that tells a process its incarnation; definitions send it along. */
export const incarnationVariable = "HAVE_INCARNATION";

/** The processes of a chaos run, each under a name, and the account of what was done to them. */
export class Fleet implements AsyncDisposable {
  readonly #options: FleetOptions;
  readonly #members = new Map<string, Member>();
  readonly #history: Account[] = [];
  readonly #crashed: Account[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Starts a process under this name, or the next incarnation of one that was killed; resolves when it is ready. */
  async start(name: string, command: WorkflowsCommand, particulars = usual): Promise<void> {
    const number = (this.#members.get(name)?.number ?? 0) + 1;
    const incarnation = `${name}-${number}`;
    const { env, clockAheadMs } = particulars(incarnation);
    const { root, configPath, receiverAddress } = this.#options;
    const startedWallMs = Date.now();
    const account: Account = { name: incarnation, startedWallMs, clockAheadMs, stops: [], output: () => "" };
    this.#history.push(account);
    const running = await startWorkflows(command, {
      ...(root !== undefined && { root }),
      configPath,
      env: { ...env, [incarnationVariable]: incarnation, RECEIVER_ADDR: receiverAddress },
    });
    account.output = () => running.output();
    running.exited.then(
      () => this.#ended(account),
      () => this.#ended(account),
    );
    this.#members.set(name, { command, number, running, account, particulars, readyAtMs: monotonicMs() });
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(name: string): Promise<void> {
    const { running, account } = this.#member(name);
    const fromMs = monotonicMs();
    account.mayEnd = true;
    running.signal("SIGKILL");
    await running.exited;
    account.killed = { fromMs, toMs: monotonicMs() };
  }

  /** The next incarnation of one that was killed. */
  async startAgain(name: string): Promise<void> {
    const { command, particulars } = this.#member(name);
    await this.start(name, command, particulars);
  }

  /** SIGKILL, and the next incarnation at once. */
  async replace(name: string): Promise<void> {
    await this.kill(name);
    await this.startAgain(name);
  }

  /** SIGSTOP; what it gives resumes the process. */
  stop(name: string): () => void {
    const { running, account } = this.#member(name);
    const fromMs = monotonicMs();
    running.signal("SIGSTOP");
    return () => {
      account.stops.push({ fromMs, toMs: monotonicMs() });
      running.signal("SIGCONT");
    };
  }

  /** Of the process that has the API now; while it is being replaced, of its last incarnation. */
  url(name: string): string {
    return this.#member(name).running.url;
  }

  readyAtMs(name: string): number {
    return this.#member(name).readyAtMs;
  }

  pid(name: string): number {
    return this.#member(name).running.pid;
  }

  /** Name of the incarnation that runs under this name now. */
  incarnation(name: string): string {
    return this.#member(name).account.name;
  }

  output(name: string): string {
    return this.#member(name).running.output();
  }

  /** What each incarnation printed so far. */
  logs(): readonly ProcessLog[] {
    return this.#history.map(({ name, output }) => ({ name, output: output() }));
  }

  incarnations(): readonly Incarnation[] {
    const wallMinusMonotonicMs = Date.now() - monotonicMs();
    return this.#history.map((account) => ({
      name: account.name,
      ...(account.killed !== undefined && { killed: account.killed }),
      stops: account.stops,
      gaveUpAtMs: givenUpLeases(account.output()).map((atMs) => trueTime(atMs, account) - wallMinusMonotonicMs),
    }));
  }

  /** SIGTERM to all; how each ended. */
  async end(): Promise<readonly Exit[]> {
    for (const { account } of this.#members.values()) account.mayEnd = true;
    return Promise.all([...this.#members.values()].map(({ running }) => running.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { account } of this.#members.values()) account.mayEnd = true;
    for (const { running } of this.#members.values()) running.signal("SIGKILL");
    await Promise.all([...this.#members.values()].map(({ running }) => running.exited));
  }

  /** Throws where a process ended though nobody killed it, with what it printed last. */
  nobodyCrashed(): void {
    const [crashed] = this.#crashed;
    if (crashed !== undefined)
      throw new Error(`${crashed.name} ended by itself; its log ends:\n${crashed.output().slice(-3000)}`);
  }

  #ended(account: Account): void {
    if (!account.mayEnd) this.#crashed.push(account);
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw new Error(`No process was started as ${name}`);
    return member;
  }
}

export interface ProcessLog {
  /** Of the incarnation. */
  readonly name: string;
  readonly output: string;
}

interface Member {
  readonly command: WorkflowsCommand;
  readonly number: number;
  readonly running: WorkflowsProcess;
  readonly account: Account;
  readonly particulars: (incarnation: string) => Particulars;
  readonly readyAtMs: number;
}

interface Account {
  readonly name: string;
  readonly startedWallMs: number;
  readonly clockAheadMs: number;
  readonly stops: Interval[];
  killed?: Interval;
  mayEnd?: true;
  output: () => string;
}

/** What the machine's clock showed when this process's clock, which may have been moved, showed that. */
function trueTime(shownMs: number, { startedWallMs, clockAheadMs }: Account): number {
  const moved = shownMs < startedWallMs || shownMs > Date.now();
  return moved ? shownMs - clockAheadMs : shownMs;
}

const usual = (_incarnation: string): Particulars => ({ env: {}, clockAheadMs: 0 });
