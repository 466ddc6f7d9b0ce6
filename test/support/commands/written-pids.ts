import { existsSync, readFileSync } from "node:fs";
import { statOf } from "../../../src/processes/process-table.ts";

/** The numbers that commands wrote into a file, one a line. */
export function writtenPids(path: string): number[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").filter(Boolean).map(Number);
}

/** Those of them that run; one that ended and was not asked for by its parent does not. */
export function runningOf(path: string): number[] {
  return writtenPids(path).filter((pid) => statOf(pid)?.ended === false);
}
