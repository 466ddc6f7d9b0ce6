import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { endWithUs, exitOf } from "../child-processes.ts";

/** A mail that a mail server took, one line of its log: written before the client hears of it. */
export interface LoggedMail {
  readonly messageId: string;
  readonly subject: string;
  readonly to: readonly string[];
}

export interface MailProcessOptions {
  readonly logPath: string;
  readonly port: number;
  /** Each mail is taken after a random time up to so long, and as long again passes before the client hears of it; ms. */
  readonly delayMs?: number;
}

/** What the process tells the one that started it. */
export type MailProcessReport = { readonly kind: "listening" } | { readonly kind: "took"; readonly count: number };

/** What it is told meanwhile. */
export interface MailProcessOrder {
  /** See `MailProcess.dieAfter`. */
  readonly dieAfter: number;
}

/** A mail server as a process of its own, to be killed. */
export interface MailProcess extends AsyncDisposable {
  /** Mails that this process took, a few milliseconds old. */
  took(): number;
  /** Has it kill itself when it has taken so many mails more: with the last of them written down, before its client hears of it. */
  dieAfter(mails: number): void;
  isGone(): boolean;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

const program = fileURLToPath(new URL("mail-program.ts", import.meta.url));

export async function startMailProcess(options: MailProcessOptions): Promise<MailProcess> {
  const child = fork(program, [JSON.stringify(options)], { execArgv: [], stdio: "inherit" });
  endWithUs(child);
  const exited = exitOf(child);
  let took = 0;
  await new Promise<void>((resolve, reject) => {
    exited.then(({ code }) => reject(new Error(`The mail server ended with ${code}`)), reject);
    child.on("message", (report: MailProcessReport) => {
      if (report.kind === "took") took = report.count;
      else resolve();
    });
  });
  let gone = false;
  child.once("exit", () => {
    gone = true;
  });
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  const dieAfter = (mails: number): void => {
    child.send({ dieAfter: mails } satisfies MailProcessOrder);
  };
  return { took: () => took, dieAfter, isGone: () => gone, kill, [Symbol.asyncDispose]: kill };
}

/** The mails so far, of all processes that wrote to this log. */
export async function readMailLog(logPath: string): Promise<LoggedMail[]> {
  const text = await readFile(logPath, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LoggedMail);
}
