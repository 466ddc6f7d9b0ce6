import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "../on-test-finished.ts";

export type Inserter = ChildProcessByStdio<null, Readable, null>;

const program = fileURLToPath(new URL("./sqlite-inserter-program.ts", import.meta.url));

/**
 * A process that inserts jobs into a store without end, and prints the id of each that was acknowledged.
 * When the store fails it prints the error's name, then what health says until that is "writable", and goes on.
 */
export function startInserter(path: string): Inserter {
  return started(process.execPath, [program, path]);
}

/** The same, with files that may not grow beyond `maxBytes`, which the system calls to its face like a full disk. */
export function startLimitedInserter(path: string, maxBytes: number): Inserter {
  return started("prlimit", [`--fsize=${maxBytes}:unlimited`, process.execPath, program, path]);
}

function started(command: string, parameters: readonly string[]): Inserter {
  const inserter = spawn(command, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    inserter.kill("SIGKILL");
  });
  return inserter;
}
