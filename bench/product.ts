import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { monotonicMs } from "./child.ts";

const entry = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** A folder with a store, a definition of one HTTP task, and a configuration that is otherwise the default. */
export interface Site extends AsyncDisposable {
  readonly configPath: string;
}

export async function openSite(receiverPort: number): Promise<Site> {
  if (!existsSync(entry)) throw new Error("dist/ is not there: npm run build");
  const folder = await mkdtemp(join(tmpdir(), "workflows-bench-"));
  const http = {
    uri: `http://127.0.0.1:${receiverPort}/calls/\${workflow.input.n}`,
    method: "POST",
    payload: '{"n":${workflow.input.n}}',
    contentType: "application/json",
  };
  const definition = {
    name: "bench",
    version: 1,
    inputParameters: ["n"],
    tasks: [{ name: "call", type: "http", http }],
  };
  await writeFile(join(folder, "bench.json"), JSON.stringify(definition));
  const configPath = join(folder, "config.yaml");
  await writeFile(
    configPath,
    JSON.stringify({
      listen: "127.0.0.1:0",
      sqlite_path: join(folder, "workflows.db"),
      workflows_path: join(folder, "bench.json"),
    }),
  );
  return { configPath, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export interface Product extends AsyncDisposable {
  readonly pid: number;
  /** 0 for a worker. */
  readonly port: number;
  /** From spawning the process to the first answer of its API, or to its registration, ms. */
  readonly readyAfterMs: number;
}

/** Starts the built package, as an installed one runs. */
export async function startProduct(site: Site, command: "standalone" | "server" | "worker"): Promise<Product> {
  const spawnedAtMs = monotonicMs();
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", entry, "-config", site.configPath, command],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const line = await readyLine(child, command);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? 0);
  if (port > 0) await (await fetch(`http://127.0.0.1:${port}/status`)).text();
  const readyAfterMs = monotonicMs() - spawnedAtMs;
  child.stdout?.resume();
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

function readyLine(child: ChildProcess, command: string): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`workflows ${command} ended with ${code}:\n${output}`)));
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
      const line = /^.*"msg":"ready".*$/m.exec(output)?.[0];
      if (line !== undefined) resolve(line);
    });
  });
}

/** Whether some job is not final. */
export async function hasUnfinished(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/jobs?status=pending,processing&limit=1`);
  const { jobs } = (await answer.json()) as { readonly jobs: readonly unknown[] };
  return jobs.length > 0;
}

/** CPU time that a process has used, ms (proc_pid_stat(5), 100 ticks a second). */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function residentMib(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) / 1024;
}
