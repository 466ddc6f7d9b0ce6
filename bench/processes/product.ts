import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { monotonicMs } from "./child.ts";
import { ProductLog } from "./product-log.ts";
import { entry, type Site } from "./site.ts";

export interface Product extends AsyncDisposable {
  readonly pid: number;
  /** 0 for a worker. */
  readonly port: number;
  /** From spawning the process to the first answer of its API, or to its registration, ms. */
  readonly readyAfterMs: number;
}

/** Starts a part of the product. With BENCH_PROFILES set to a folder, each process leaves a CPU profile there. */
export async function startProduct(site: Site, command: "standalone" | "server" | "worker"): Promise<Product> {
  const spawnedAtMs = monotonicMs();
  const args = ["--disable-warning=ExperimentalWarning", ...profiling(), entry, "-config", site.configPath, command];
  await using log = await ProductLog.open(dirname(site.configPath));
  const child = spawn(process.execPath, args, { stdio: ["ignore", log.fd, "inherit"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const line = await log.readyLine(child);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? 0);
  if (port > 0) await (await fetch(`http://127.0.0.1:${port}/status`)).text();
  const readyAfterMs = monotonicMs() - spawnedAtMs;
  return {
    pid: child.pid ?? 0,
    port,
    readyAfterMs,
    async [Symbol.asyncDispose]() {
      process.off("exit", kill);
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function profiling(): string[] {
  const folder = process.env["BENCH_PROFILES"];
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

/** Whether some job is not final. */
export async function hasUnfinished(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/jobs?status=pending,processing&limit=1`);
  const { jobs } = (await answer.json()) as { readonly jobs: readonly unknown[] };
  return jobs.length > 0;
}
