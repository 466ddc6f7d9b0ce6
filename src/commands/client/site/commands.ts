import type { Command } from "commander";
import type { Finish } from "../../finish.ts";
import type { Globals } from "../../globals.ts";
import { type ServerOptions, toServer } from "../server-options.ts";
import type { QueueOptions } from "./queue.ts";

/** What a site has: its workflows, its workers, and what waits. */
export function addSiteCommands(program: Command, finish: Finish): void {
  const globals = () => program.opts<Globals>();
  const workflows = program
    .command("workflows")
    .alias("definitions")
    .description("look at workflows and their versions");
  toServer(workflows.command("list"))
    .description("list the workflows that can be started")
    .action(async (options: ServerOptions) =>
      finish(await (await import("./workflows-list.ts")).listWorkflows(options, globals())),
    );
  toServer(workflows.command("show"))
    .description("show a workflow with its versions, or the definition of one version, as YAML")
    .argument("<workflow>", "its name")
    .argument("[version]", "show the definition of this version")
    .action(async (name: string, version: string | undefined, options: ServerOptions) =>
      finish(await (await import("./workflows-show.ts")).showWorkflow(name, version, options, globals())),
    );
  toServer(workflows.command("diff"))
    .description("show what differs between two versions of a workflow, or between the newest and a file")
    .argument("<workflow>", "its name")
    .argument("[from]", "a version, or a file (default: the version before the newest; with a file alone: the newest)")
    .argument("[to]", "a version, or a file (default: the newest)")
    .action(async (name: string, from: string | undefined, to: string | undefined, options: ServerOptions) =>
      finish(await (await import("./workflows-diff.ts")).diffWorkflow(name, { from, to }, options, globals())),
    );
  const workers = program.command("workers").description("look at the workers of a site");
  toServer(workers.command("list"))
    .description("list the workers, with what they hold and take")
    .action(async (options: ServerOptions) =>
      finish(await (await import("./workers-list.ts")).listWorkers(options, globals())),
    );
  toServer(program.command("queue"))
    .description("show what waits, where and why")
    .option("--workflow <name>", "of this workflow only")
    .action(async (options: QueueOptions) => finish(await (await import("./queue.ts")).showQueue(options, globals())));
}
