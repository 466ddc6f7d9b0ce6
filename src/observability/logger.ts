import { isatty } from "node:tty";
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { maskUserinfo } from "../model/redaction.ts";
import { fieldRedaction } from "./redact.ts";

export interface LoggerAsk {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  /** `auto`: `pretty` on a terminal, else `json`. */
  readonly format: "auto" | "pretty" | "json";
  /** Names of fields whose values are not written; `*` stands for any characters. */
  readonly secretNames: readonly string[];
  /** File descriptor; 1, the standard output, unless given. */
  readonly fd?: number;
}

/**
 * The log of this process. JSON lines are written in the background, so that a slow reader does not stop the process;
 * what is not written yet is written at `process.exit` (maybe out of order; `flushed` keeps the order) and lost only when
 * the process is killed.
 */
export async function createLogger(ask: LoggerAsk): Promise<Logger> {
  const fd = ask.fd ?? 1;
  const pretty = ask.format === "pretty" || (ask.format === "auto" && isatty(fd));
  const options: LoggerOptions = {
    level: ask.level,
    base: { pid: process.pid },
    timestamp: timestamps(),
    formatters: { level: (level) => ({ level }), log: fieldRedaction(ask.secretNames) },
    hooks: { streamWrite: maskUserinfo }, // wherever in the line a URL stands
    serializers: { err: (described: unknown) => described }, // errors are described, and their secrets hidden, above
  };
  return pino(options, pretty ? await prettyStream(fd) : pino.destination({ dest: fd, sync: false, minLength: 1 }));
}

/** RFC 3339, as pino's own; those of a batch are logged within a millisecond. */
function timestamps(): () => string {
  let [at, text] = [Number.NaN, ""];
  return () => {
    const now = Date.now();
    if (now !== at) [at, text] = [now, `,"time":"${new Date(now).toISOString()}"`];
    return text;
  };
}

/** A reader that has stalled is not waited for longer. */
const flushMs = 1000;

/** Resolves when all lines so far are written. */
export async function flushed(logger: Logger): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const tooLong = setTimeout(resolve, flushMs);
  logger.flush(() => resolve());
  await promise;
  clearTimeout(tooLong);
}

/** In this process, and at once: a terminal is read by a person. */
async function prettyStream(fd: number): Promise<DestinationStream> {
  const { prettyFactory } = await import("pino-pretty");
  const prettify = prettyFactory({
    colorize: isatty(fd) && (process.env["NO_COLOR"] ?? "") === "",
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid",
    singleLine: true,
  });
  const terminal = pino.destination({ dest: fd, sync: true });
  return { write: (line) => void terminal.write(prettify(line)) };
}
