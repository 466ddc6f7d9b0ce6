import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Exit, endWithUs, exitOf } from "./child-processes.ts";
import { productFolder } from "./product/product.ts";

export type WorkflowsCommand = "server" | "worker" | "standalone";

export interface WorkflowsOptions {
  /** The folder that holds `bin/workflows`; default: the product as it was built for the tests. */
  readonly root?: string;
  readonly configPath: string;
  /** Added to the environment. */
  readonly env?: { readonly [name: string]: string };
  /** Further arguments, after the command. */
  readonly args?: readonly string[];
}

export interface WorkflowsProcess extends AsyncDisposable {
  readonly pid: number;
  /** `http://127.0.0.1:PORT`; empty for a worker, which has no API. */
  readonly url: string;
  readonly exited: Promise<Exit>;
  /** Everything it printed so far. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then waits for its end. */
  stop(): Promise<Exit>;
}

/** Writes a configuration file (JSON is YAML) and gives its path. */
export async function writeConfig(folder: string, config: { readonly [key: string]: unknown }): Promise<string> {
  const path = join(folder, "config.yaml");
  await writeFile(path, JSON.stringify(config, undefined, 2));
  return path;
}

/** Starts the real binary and waits until it says that it is ready. With `listen: 127.0.0.1:0` the address comes from that line. */
export async function startWorkflows(command: WorkflowsCommand, options: WorkflowsOptions): Promise<WorkflowsProcess> {
  const binary = join(options.root ?? productFolder(), "bin", "workflows");
  const child = spawn(binary, ["-config", options.configPath, command, ...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child);
  const exited = exitOf(child);
  const allIsRead = new Promise<unknown>((resolve) => child.once("close", resolve));
  let output = "";
  const ready = new Promise<void>((resolve) => {
    const read = (piece: string): void => {
      output += piece;
      if (readyLine.test(output)) resolve();
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
  });
  const early = await Promise.race([ready, exited]);
  if (early !== undefined) {
    await allIsRead;
    throw new Error(`workflows ${command} ended with ${early.code ?? early.signal}:\n${output}`);
  }
  const address = loopbackAddress.exec(readyLine.exec(output)?.[0] ?? "")?.[0];
  const stop = async (): Promise<Exit> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    return exited;
  };
  return {
    pid: child.pid ?? 0,
    url: address === undefined ? "" : `http://${address}`,
    exited,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

/** The line that a process logs when it is ready: JSON, with the address where it has an API. */
const readyLine = /^.*"msg":"ready".*$/m;
const loopbackAddress = /127\.0\.0\.1:\d+/;
