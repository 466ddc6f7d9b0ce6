import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
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
 * what is not written yet is written when the process exits, and lost only when it is killed.
 */
export async function createLogger(ask: LoggerAsk): Promise<Logger> {
  const fd = ask.fd ?? 1;
  const pretty = ask.format === "pretty" || (ask.format === "auto" && isTerminal(fd));
  const options: LoggerOptions = {
    level: ask.level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }), log: fieldRedaction(ask.secretNames) },
    serializers: { err: (described: unknown) => described }, // errors are described, and their secrets hidden, above
  };
  return pino(options, pretty ? await prettyStream(fd) : pino.destination({ dest: fd, sync: false }));
}

function isTerminal(fd: number): boolean {
  return (fd === 1 ? process.stdout : process.stderr).isTTY;
}

/** In this process: a terminal is read by a person, who wants a line at once. */
async function prettyStream(fd: number): Promise<DestinationStream> {
  const { build } = await import("pino-pretty");
  return build({
    destination: fd,
    sync: true,
    colorize: isTerminal(fd) && process.env["NO_COLOR"] === undefined,
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid",
    singleLine: true,
  });
}
