import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const launcher = fileURLToPath(new URL("../../bin/workflows", import.meta.url));

/** A running standalone. */
export interface Product {
  readonly pid: number;
  readonly url: string;
  readonly readyAfterMs: number;
  /** Ends it with the signal, and waits until it is gone. */
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
}

/** Starts a standalone with the examples on this store, and waits until it is ready. */
export async function startProduct(storePath: string, targetAddress: string): Promise<Product> {
  const began = performance.now();
  const args = ["--json", "--listen", "127.0.0.1:0", "--sqlite-path", storePath, "standalone", "--examples"];
  const child = spawn(launcher, args, {
    env: { ...process.env, DEMO_ADDR: targetAddress, WORKFLOWS_LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (piece: string): void => {
      output += piece;
      const line = /^.*"msg":"ready".*$/m.exec(output)?.[0];
      const address = /127\.0\.0\.1:\d+/.exec(line ?? "")?.[0];
      if (address !== undefined) resolve(`http://${address}`);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    void exited.then(() => reject(new Error(`workflows standalone did not start:\n${output}`)));
  });
  return {
    pid: child.pid ?? 0,
    url,
    readyAfterMs: performance.now() - began,
    async end(signal) {
      child.kill(signal);
      await exited;
      process.off("exit", kill);
    },
  };
}
