import { execFile } from "node:child_process";

/** Runs a program to its end and gives what it printed. Rejects with one line: why it could not run, or its last words. */
export function runCommand(
  program: string,
  args: readonly string[],
  maxMs: number,
  moreEnv: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...moreEnv };
    const options = { timeout: maxMs, killSignal: "SIGKILL", maxBuffer: 16 * 1024 * 1024, env } as const;
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(reasonOf(error, stderr, maxMs), { cause: error }));
    });
  });
}

function reasonOf(error: Error & { killed?: boolean; code?: unknown }, stderr: string, maxMs: number): string {
  if (error.code === "ENOENT") return "there is no such program";
  if (error.killed === true) return `did not end within ${maxMs / 1000} s`;
  return stderr.trim().split("\n").at(-1)?.trim() || (error.message.split("\n")[0] ?? "failed");
}
