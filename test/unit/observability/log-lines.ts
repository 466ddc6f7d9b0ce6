import { openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { createLogger, flushed, type LoggerAsk } from "../../../src/observability/logger.ts";

export interface Lines {
  readonly logger: Logger;
  /** All that was written so far, parsed. */
  readonly read: () => Promise<Record<string, unknown>[]>;
  readonly text: () => Promise<string>;
}

/** A logger whose lines a test can read. */
export async function loggedTo(folder: string, ask: Partial<LoggerAsk> = {}): Promise<Lines> {
  const path = join(folder, "log");
  const logger = await createLogger({
    level: "info",
    format: "json",
    secretNames: [],
    ...ask,
    fd: openSync(path, "a"),
  });
  const text = async (): Promise<string> => {
    await flushed(logger);
    return readFile(path, "utf8");
  };
  const read = async () =>
    (await text())
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, read, text };
}
