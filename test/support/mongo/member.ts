import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Exit, endWithUs, exitOf } from "../child-processes.ts";
import { eventually } from "../eventually.ts";
import { guard } from "../programs/guard.ts";

export interface MemberOptions {
  readonly program: string;
  readonly port: number;
  /** Below it the member has a folder of its own; default: the system's folder for temporary files. */
  readonly parentFolder?: string;
  /** Further arguments of `mongod`. */
  readonly args: readonly string[];
}

/** One `mongod` process on a port and a folder of its own. */
export interface Member {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Connects to this member and no other. */
  readonly uri: string;
  /** Of the process that runs, or ran last. */
  readonly pid: number;
  /** It takes connections, or would as soon as it goes on (SIGSTOP). */
  listens(): Promise<boolean>;
  signal(signal: NodeJS.Signals): void;
  /** Ends the process, by default in good order, and waits for it. Stopped (SIGSTOP) ones end by SIGKILL only. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<Exit>;
  /** Starts it again on the same port with the same data, after it has ended. */
  restart(): Promise<void>;
  /** The newest lines of its log. */
  logTail(): Promise<string>;
  /** Kills it and removes its data. */
  remove(): Promise<void>;
}

const startMs = 60_000;
const tailBytes = 4_000;

/** Little memory, no socket file, no files of the journal made ahead (which is most of a start), no collection of diagnostics, and no grace for clients at its end. */
const modest = [
  ["--bind_ip", "127.0.0.1"],
  ["--nounixsocket"],
  ["--wiredTigerCacheSizeGB", "0.25"],
  ["--wiredTigerEngineConfigString", "log=(prealloc=false)"],
  ["--setParameter", "diagnosticDataCollectionEnabled=false"],
  ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"],
].flat();

export async function startMember(options: MemberOptions): Promise<Member> {
  const folder = await mkdtemp(join(options.parentFolder ?? tmpdir(), "workflows-mongod-"));
  const logPath = join(folder, "mongod.log");
  const args = ["--port", String(options.port), "--dbpath", folder, "--logpath", logPath, "--logappend", ...modest];
  const logTail = async (): Promise<string> => (await readFile(logPath, "utf8").catch(() => "")).slice(-tailBytes);

  async function start(): Promise<{ child: ChildProcess; exited: Promise<Exit> }> {
    const child = spawn(options.program, [...args, ...options.args], { stdio: "ignore" });
    const exited = exitOf(child);
    endWithUs(child);
    guard(child, folder);
    let exit: Exit | undefined;
    const ended = exited.then((how) => {
      exit = how;
    });
    await Promise.race([listening(options.port, () => exit !== undefined), ended]);
    if (exit !== undefined)
      throw new Error(`mongod ended with ${exit.code ?? exit.signal}; its log ends:\n${await logTail()}`);
    return { child, exited };
  }

  let running = await start().catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  });
  const member: Member = {
    address: `127.0.0.1:${options.port}`,
    uri: `mongodb://127.0.0.1:${options.port}/?directConnection=true`,
    get pid() {
      return running.child.pid ?? 0;
    },
    listens: () => isListening(options.port),
    signal: (signal) => void running.child.kill(signal),
    stop: async (signal = "SIGTERM") => {
      running.child.kill(signal);
      return running.exited;
    },
    restart: async () => {
      await running.exited;
      running = await start();
    },
    logTail,
    remove: async () => {
      await member.stop("SIGKILL");
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return member;
}

async function listening(port: number, givenUp: () => boolean): Promise<void> {
  const probe = async (): Promise<boolean> => givenUp() || (await isListening(port));
  await eventually(`mongod listens on port ${port}`, probe, { withinMs: startMs });
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
