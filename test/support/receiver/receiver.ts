import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { endWithUs, exitOf } from "../child-processes.ts";
import { type ReceivedCall, readReceiverLog } from "./received-call.ts";

export interface ReceiverOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Each call is answered after a random time between the two. */
  readonly delayMs?: readonly [least: number, most: number];
  /** One call in so many is answered 503, by chance. */
  readonly refuseOneIn?: number;
  readonly seed?: number;
}

/** What the receiver's process tells the one that started it. */
export type ReceiverReport =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "received"; readonly count: number; readonly open: readonly string[] };

export interface Receiver extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly port: number;
  /** Calls so far, a few milliseconds old. */
  received(): number;
  /** What the header `X-Incarnation` of each call says that is open, a few milliseconds old. */
  open(): readonly string[];
  /** The log so far; calls that are open are not in it yet. */
  calls(): Promise<ReceivedCall[]>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL("receiver-program.ts", import.meta.url));

/** Starts an HTTP receiver as a process of its own. It answers `{received, status, echo}` and writes each call to `logPath`. */
export async function startReceiver(logPath: string, options: ReceiverOptions = {}): Promise<Receiver> {
  const child = fork(program, [JSON.stringify({ ...options, logPath })], { execArgv: [], stdio: "inherit" });
  endWithUs(child);
  const exited = exitOf(child);
  let received = 0;
  let open: readonly string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    exited.then(({ code }) => reject(new Error(`The receiver ended with ${code}`)), reject);
    child.on("message", (report: ReceiverReport) => {
      if (report.kind === "received") ({ count: received, open } = report);
      else resolve(report.port);
    });
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  return {
    address: `127.0.0.1:${port}`,
    port,
    received: () => received,
    open: () => open,
    calls: () => readReceiverLog(logPath),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
