// What probes and health commands ask for, asked of the program itself.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Starts it, and tells which of the paths are not answered with success and which of the commands do not end with 0. */
export async function askProgram(
  paths: readonly string[],
  commands: readonly (readonly string[])[],
  port: number,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "workflows-served-"));
  const args = ["standalone", "--json", "--listen", "127.0.0.1:0", "--sqlite-path", join(folder, "workflows.db")];
  const child = spawn(join("bin", "workflows"), args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  try {
    const address = await addressOf(child.stdout);
    const problems: string[] = [];
    for (const path of paths) {
      const { ok, status } = await fetch(`${address}${path}`);
      if (!ok) problems.push(`a probe asks for ${path}, which answers ${status}`);
    }
    for (const command of commands) {
      if (!command.join(" ").includes(`127.0.0.1:${port}/`))
        problems.push(`${command.join(" ")}: asks another port than ${port}`);
      const here = command.map((word) => word.replaceAll(`http://127.0.0.1:${port}`, address));
      const nowhere = command.map((word) => word.replaceAll(`http://127.0.0.1:${port}`, "http://127.0.0.1:9"));
      if (exitCode(here) !== 0) problems.push(`${command.join(" ")}: fails although the API answers`);
      if (exitCode(nowhere) === 0) problems.push(`${command.join(" ")}: succeeds although nobody answers`);
    }
    return problems;
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const address = /"address":"(http:[^"]+)".*"msg":"ready"/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error("the program ended before it was ready");
}

function exitCode([program = "", ...args]: readonly string[]): number | null {
  return spawnSync(program, args, { stdio: "ignore", timeout: 20_000 }).status;
}
