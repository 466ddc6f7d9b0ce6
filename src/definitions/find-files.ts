import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import type { FileProblem } from "./problem.ts";

const extensions = [".json", ".yaml", ".yml"];

export interface FoundFile {
  readonly path: string;
  /** The folder of those that were asked for in which it stands, at whatever depth; its own where the file itself was asked for. */
  readonly folder: string;
}

/** The definition files at the paths: files as they are, folders with all below them, in a fixed order, each once. */
export async function findFiles(paths: readonly string[]): Promise<{ files: FoundFile[]; problems: FileProblem[] }> {
  const files: FoundFile[] = [];
  const problems: FileProblem[] = [];
  const seen = new Set<string>();
  async function visit(path: string, folder?: string): Promise<void> {
    try {
      const real = await realpath(path);
      if (seen.has(real)) return; // also ends cycles of links
      const about = await stat(path);
      if (about.isDirectory()) {
        seen.add(real);
        for (const name of (await readdir(path)).sort())
          if (!name.startsWith(".")) await visit(join(path, name), folder ?? path);
      } else if (folder === undefined || extensions.includes(extname(path).toLowerCase())) {
        seen.add(real);
        files.push({ path, folder: folder ?? dirname(path) });
      }
    } catch (error) {
      problems.push({ file: path, severity: "error", at: "", message: `Cannot be read: ${reasonOf(error)}` });
    }
  }
  for (const path of paths) await visit(path);
  return { files, problems };
}

/** What the system says, in its own words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "ENOENT") return "there is no such file or folder";
  if ("code" in error && error.code === "EACCES") return "permission denied";
  return error.message;
}
