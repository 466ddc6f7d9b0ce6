import { once } from "node:events";
import { eventually } from "../../support/eventually.ts";
import { type CommandOptions, spawnCommand } from "./command.ts";
import type { Site } from "./site.ts";

export interface Service extends Disposable {
  /** The log so far. */
  readonly lines: () => Record<string, unknown>[];
  /** The line that says that it is ready. */
  readonly ready: Record<string, unknown>;
  /** URL of its API. */
  readonly url: string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** How it ended, when all that it printed is in the log. */
  readonly exited: Promise<[number | null, NodeJS.Signals | null]>;
}

/** Starts a service at a site or in a folder, on a free port, and waits until it is ready. */
export async function service(
  args: readonly string[],
  at: Site | string,
  env: CommandOptions["env"] = {},
): Promise<Service> {
  const [cwd, ofStore] = typeof at === "string" ? [at, {}] : [at.path, at.env];
  const child = spawnCommand(args, { cwd, env: { WORKFLOWS_LISTEN: "127.0.0.1:0", ...ofStore, ...env } });
  const exited = once(child, "close") as Service["exited"];
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (output += piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (output += piece));
  const lines = () =>
    output
      .split("\n")
      .slice(0, -1) // what comes behind the last is not whole yet
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  let end: Awaited<Service["exited"]> | undefined;
  void exited.then((how) => (end = how));
  const ready = await eventually(
    "the service is ready or ends",
    () => lines().find(({ msg }) => msg === "ready") ?? (end && { end }),
  ).catch((cause: unknown) => {
    child.kill("SIGKILL"); // nobody gets it to end it
    throw new Error(`It is not ready:\n${output}`, { cause });
  });
  if ("end" in ready) throw new Error(`It ended with ${end?.join(" ")}:\n${output}`);
  return {
    lines,
    ready,
    url: String(ready["address"]),
    kill: (signal) => void child.kill(signal),
    exited,
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}
