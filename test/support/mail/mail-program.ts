// A mail server as a process of its own: it writes down what it takes before it says so, and is killed in the middle.
import { openSync, writeSync } from "node:fs";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { LoggedMail, MailProcessOptions, MailProcessOrder, MailProcessReport } from "./mail-process.ts";
import { readMail } from "./read-mail.ts";

const { logPath, port, delayMs = 0 } = JSON.parse(process.argv[2] ?? "{}") as MailProcessOptions;
const log = openSync(logPath, "a");

const server = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  authOptional: true,
  disableReverseLookup: true,
  onData(stream, session, callback) {
    void receive(stream, session, callback);
  },
});

async function receive(
  stream: Readable,
  { envelope }: SMTPServerSession,
  callback: (error?: Error | null) => void,
): Promise<void> {
  const { headers } = readMail((await buffer(stream)).toString("latin1"));
  await take({
    messageId: headers.get("message-id") ?? "",
    subject: headers.get("subject") ?? "",
    to: envelope.rcptTo.map(({ address }) => address),
  });
  callback();
}

let took = 0;
let diesAt = Number.POSITIVE_INFINITY;
process.on("message", ({ dieAfter }: MailProcessOrder) => {
  diesAt = took + dieAfter;
});

async function take(mail: LoggedMail): Promise<void> {
  await delay(Math.random() * delayMs);
  writeSync(log, `${JSON.stringify(mail)}\n`); // one write: a kill leaves a whole line or none
  tell({ kind: "took", count: ++took });
  if (took >= diesAt) process.kill(process.pid, "SIGKILL");
  await delay(Math.random() * delayMs);
}

server.on("error", () => undefined); // of one connection: its client tells
server.listen(port, "127.0.0.1", () => tell({ kind: "listening" }));

function tell(report: MailProcessReport): void {
  process.send?.(report);
}
