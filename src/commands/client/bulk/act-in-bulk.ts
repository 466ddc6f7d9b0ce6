import { createInterface } from "node:readline/promises";
import type { BulkAction, BulkResult, JobFilter } from "../../../client/workflows.ts";
import { ExitError } from "../../exit-error.ts";
import type { Globals } from "../../globals.ts";
import { Progress } from "../../progress.ts";
import { complain, note, print, printable, printData, printJson } from "../../terminal.ts";
import type { ActionBody } from "../actions/jobs-action.ts";
import { CalledServer } from "../called-server.ts";
import { noteUnknownWorkflow } from "../find/unknown-workflow.ts";
import type { ServerOptions } from "../server-options.ts";
import { Reasons } from "./reasons.ts";
import { isInDoubt, walkInBulk } from "./walk.ts";

export interface BulkOptions extends ServerOptions {
  /** Nothing is done, and what would be is told. */
  readonly dryRun?: true;
  /** Nobody is asked. */
  readonly yes?: true;
  /** Of a walk that was broken off. */
  readonly cursor?: string;
}

/** What was done in words: "cancelled". */
const doneWords: Readonly<Record<BulkAction, string>> = {
  cancel: "cancelled",
  pause: "paused",
  resume: "resumed",
  retry: "retried",
  restart: "restarted",
  skip: "continued without the task",
  delete: "deleted",
};

export interface BulkAsk {
  readonly action: BulkAction;
  /** As the API takes it. */
  readonly picked: { readonly filter: JobFilter } | { readonly all: true };
  /** The filter for people. */
  readonly words: string;
  /** That the filter names. */
  readonly workflow: string | undefined;
  /** Reason, and what the action takes. */
  readonly more: ActionBody;
  /** Options with which the same command picks the same jobs later. */
  readonly fixed: readonly string[];
}

/** Does one thing with all jobs that a filter picks, call after call: 1 where some of them did not allow it, 130 where it was broken off. */
export async function actInBulk(ask: BulkAsk, options: BulkOptions, globals: Globals): Promise<number> {
  const server = new CalledServer(options);
  const trying = {
    ...{ ...ask.picked, ...ask.more },
    dryRun: true,
    ...(options.dryRun !== true && { limit: 1 }),
    ...(options.cursor !== undefined && { cursor: options.cursor }),
  };
  const first = await server.ask((client) => client.jobs.bulk(ask.action, trying));
  const jobs = first.done + first.refused + first.remain;
  const about = `${first.remainIsExact ? "" : "about "}${jobs} ${jobs === 1 ? "job" : "jobs"} (${ask.words})`;
  if (jobs === 0 && first.next === null) await noteUnknownWorkflow(server, ask.workflow);
  if (options.dryRun === true) return tellDryRun(first, `${doneWords[ask.action]}, of ${about}`, globals);
  if (jobs > 0 || first.next !== null) await confirm(`${ask.action} ${about}?`, options, globals);
  return walk(ask, { server, jobs, options, globals });
}

function tellDryRun(first: BulkResult, words: string, globals: Globals): number {
  if (globals.json === true) printJson(first);
  else {
    for (const id of first.jobs) printData(id);
    const seen = first.next === null ? "" : `; more than the first ${first.done + first.refused} were not tried`;
    note(`${first.done} would be ${words}, ${first.refused} would refuse${seen}`);
    const reasons = new Reasons();
    reasons.add(first);
    for (const line of reasons.lines()) note(printable(line));
  }
  return 0;
}

async function confirm(question: string, { yes }: BulkOptions, { json }: Globals): Promise<void> {
  if (yes === true) return;
  if (json === true || process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new ExitError(2, `${question} Nobody can be asked here: add --yes, or --dry-run to see which`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${printable(question)} [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new ExitError(1, "nothing was done");
}

interface Walking {
  readonly server: CalledServer;
  readonly jobs: number;
  readonly options: BulkOptions;
  readonly globals: Globals;
}

async function walk(ask: BulkAsk, { server, jobs, options, globals }: Walking): Promise<number> {
  const { action, picked, more } = ask;
  const body = { ...picked, ...more };
  const progress = new Progress(jobs);
  const sum = new Sum();
  const broken = new AbortController();
  const stop = (): void => {
    if (broken.signal.aborted) process.exit(130); // asked twice
    broken.abort();
    progress.note("stopping after the call that is under way");
  };
  process.on("SIGINT", stop);
  if (jobs > 0) progress.at(0);
  let cursor = options.cursor;
  const told = (step: BulkResult): void => {
    sum.add(step);
    cursor = step.next ?? undefined;
    progress.at(sum.done + sum.refused);
  };
  try {
    const signal = broken.signal;
    const from = options.cursor === undefined ? {} : { cursor: options.cursor };
    const rest = await walkInBulk({ server, action, body, signal, told, ...from });
    progress.end();
    sum.tell(ask, globals, rest === undefined ? {} : { rest });
    if (rest !== undefined) return 130;
    return sum.refused === 0 ? 0 : 1;
  } catch (error) {
    progress.end();
    sum.tell(ask, globals, { rest: cursor ?? "", isInDoubt: isInDoubt(error) });
    throw error;
  } finally {
    process.off("SIGINT", stop);
  }
}

interface BrokenOff {
  /** Where to go on, if it was broken off; empty: from the beginning. */
  readonly rest?: string;
  /** What the last call did is not known. */
  readonly isInDoubt?: boolean;
}

/** What came of all calls. */
class Sum {
  done = 0;
  refused = 0;
  readonly #reasons = new Reasons();

  add(step: BulkResult): void {
    this.done += step.done;
    this.refused += step.refused;
    this.#reasons.add(step);
  }

  tell({ action, picked, fixed }: BulkAsk, { json }: Globals, { rest, isInDoubt: inDoubt = false }: BrokenOff): void {
    if (json === true) {
      const refusals = this.#reasons.all();
      const told = { action, done: this.done, refused: this.refused, refusals, next: rest ?? null };
      printJson({ ...told, ...(inDoubt && { inDoubt }), ...(rest !== undefined && picked) });
      return;
    }
    print(
      `${this.done} ${this.done === 1 ? "job" : "jobs"} ${doneWords[action]}${this.refused === 0 ? "" : `, ${this.refused} refused`}`,
    );
    for (const line of this.#reasons.lines()) note(printable(line));
    if (inDoubt)
      complain(
        "What the last call did is not known: it may have been done in part. Look at the jobs before you go on.",
      );
    if (rest !== undefined) {
      const others = [...fixed, ...(rest === "" ? [] : ["--cursor", rest])].join(" ");
      complain(`To go on: the same command${others === "" ? "" : ` with ${others}`}`);
    }
  }
}
