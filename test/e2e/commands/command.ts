import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { endWithUs } from "../../support/child-processes.ts";
import { productFolder } from "../../support/product/product.ts";

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of the real binary, with an environment that has no settings but the given ones. */
export function spawnCommand(args: readonly string[], options: CommandOptions = {}): ChildProcessWithoutNullStreams {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("WORKFLOWS_"));
  const child = spawn(join(productFolder(), "bin", "workflows"), [...args], {
    env: { ...Object.fromEntries(inherited), ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  endWithUs(child);
  child.stdin.end(options.stdin ?? "");
  return child;
}

/** Runs a command to its end. */
export async function command(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const child = spawnCommand(args, options);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
