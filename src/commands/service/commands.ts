import { type Command, Option } from "commander";
import type { Finish } from "../finish.ts";
import type { Globals } from "../globals.ts";
import type { StandaloneOptions } from "./standalone.ts";

export type ServiceName = "standalone" | "server" | "worker" | "migrate";

const descriptions: Readonly<Record<ServiceName, string>> = {
  standalone: "run the API and a worker in one process",
  server: "run the API (the default command)",
  worker: "run a worker",
  migrate: "bring the store up to date and exit",
};

export function addServiceCommands(program: Command, finish: Finish): void {
  for (const name of ["standalone", "server", "worker", "migrate"] as const) {
    const command = program.command(name).description(descriptions[name]);
    if (name === "worker" || name === "standalone") for (const option of takesOptions()) command.addOption(option);
    if (name === "standalone") command.option("--examples", "also load the examples that come with the package");
    command.action(async (options: StandaloneOptions) => finish(await serve(name, program.opts<Globals>(), options)));
  }
}

function takesOptions(): Option[] {
  return [
    new Option("--topics <topics>", "run jobs of these topics, * for all"),
    new Option("--workflows <names>", "run jobs of these workflows alone"),
    new Option("--excluded-workflows <names>", "run no jobs of these workflows"),
  ];
}

/** Runs a service until it is told to stop; answers the exit code. */
export async function serve(name: ServiceName, globals: Globals, options: StandaloneOptions): Promise<number> {
  switch (name) {
    case "standalone":
      return (await import("./standalone.ts")).standalone(globals, options);
    case "server":
      return (await import("./server.ts")).server(globals);
    case "worker":
      return (await import("./worker.ts")).worker(globals, options);
    case "migrate":
      return (await import("./migrate.ts")).migrate(globals);
    default:
      return name satisfies never;
  }
}
