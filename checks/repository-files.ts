import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Folders that hold code of ours. */
export const codeFolders = ["src", "test", "bench", "checks", "examples", ".ci"] as const;

/** Files of the repository below the given paths, sorted: tracked, or new and not ignored. */
export function repositoryFiles(...paths: readonly string[]): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...paths], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  // The index still names a file that was deleted and not yet committed.
  const files = listed.split("\0").filter((file) => file !== "" && existsSync(file));
  return [...new Set(files)].sort();
}
