import type { ChildProcess } from "node:child_process";

const living = new Set<ChildProcess>();
let watching = false;

/** Sees to it that a child process does not outlive the one that started it, however that one ends. */
export function endWithUs(child: ChildProcess): void {
  living.add(child);
  child.once("exit", () => living.delete(child));
  if (watching) return;
  watching = true;
  process.once("exit", () => {
    for (const left of living) left.kill("SIGKILL");
  });
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}
