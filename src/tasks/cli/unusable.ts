import { accessSync, constants, statSync } from "node:fs";

/** Why a program of the list cannot run on this machine as it is now; undefined where it can. */
export function whyUnusable(binary: string): string | undefined {
  try {
    if (!statSync(binary).isFile()) return "which is no file";
    accessSync(binary, constants.X_OK);
    return undefined;
  } catch (error) {
    switch (codeOf(error)) {
      case "ENOENT":
      case "ENOTDIR":
        return "which is not on this machine";
      case "EACCES":
      case "EPERM":
        return "which the user of this worker may not execute";
      default:
        return `which cannot be looked at (${codeOf(error)})`;
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
