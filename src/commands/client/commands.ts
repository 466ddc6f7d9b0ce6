import type { Command } from "commander";
import type { Finish } from "../finish.ts";
import type { Globals } from "../globals.ts";
import type { ActionOptions, TaskOptions } from "./jobs-action.ts";
import type { ListOptions } from "./jobs-list.ts";
import type { RunOptions } from "./run.ts";
import type { ServerOptions } from "./server-options.ts";

/** Commands that are a client of a running server. */
export function addClientCommands(program: Command, finish: Finish): void {
  const globals = () => program.opts<Globals>();
  toServer(program.command("run"))
    .description("start a workflow")
    .argument("<workflow>", "its name")
    .option("--input <name=value>", "an input as text, or NAME:=JSON; may be repeated", collect)
    .option("--input-file <file>", "file with a JSON object of inputs; - is the standard input")
    .option("--idempotency-key <key>", "the same key and inputs again give the same job")
    .option("--after <time>", "begin then: seconds from now, or a time such as 2030-01-31T06:00:00Z")
    .option("--priority <priority>", "1 to 9, 9 is first; default: as the workflow says")
    .option("--wait [seconds]", "wait for the end of the job")
    .allowExcessArguments()
    .action(async (workflow: string, options: RunOptions, { args }: Command) => {
      const run = await import("./run.ts");
      run.refuseMore(args, options);
      finish(await run.run(workflow, options, globals()));
    });
  addJobCommands(program.command("jobs").description("look at jobs and act on them"), finish, globals);
}

const actions = [
  ["cancel", "end a job that has not ended"],
  ["pause", "let a job begin nothing new; what runs may end"],
  ["resume", "let a paused job go on"],
  ["retry", "let a job that failed, timed out or was cancelled go on from there"],
  ["restart", "run a job that has ended from the beginning"],
] as const;

function addJobCommands(jobs: Command, finish: Finish, globals: () => Globals): void {
  toServer(jobs.command("list"))
    .description("list jobs, newest first")
    .option("--status <status>", "pending, processing, done or failed, or a state; several with commas")
    .option("--workflow <name>", "of this workflow only")
    .option("--limit <count>", "at most so many, 1 to 200", "50")
    .option("--cursor <cursor>", "where the page before ended")
    .action(async (options: ListOptions) =>
      finish(await (await import("./jobs-list.ts")).listJobs(options, globals())),
    );
  toServer(jobs.command("show"))
    .description("show one job with its tasks")
    .argument("<id>")
    .action(async (id: string, options: ServerOptions) =>
      finish(await (await import("./jobs-show.ts")).showJob(id, options, globals())),
    );
  for (const [action, description] of actions) {
    const command = toServer(jobs.command(action))
      .description(description)
      .argument("<id>")
      .option("--reason <text>", "for its history");
    if (action === "restart") command.option("--workflow-version <version>", "another version of its workflow");
    if (action === "cancel") command.option("--no-undo", "undo nothing, or nothing more");
    if (action === "retry")
      command
        .option("--task <task>", "of this task alone, by its path or its name; also while others still run")
        .option("--iteration <number>", "which one, of a task in a loop")
        .option("--new-key", "call services under another Idempotency-Key than before");
    command.action(async (id: string, options: ActionOptions) =>
      finish(await (await import("./jobs-action.ts")).actOnJob(action, id, options, globals())),
    );
  }
  toServer(jobs.command("skip"))
    .description("let a job go on without a task that is open or failed")
    .argument("<id>")
    .argument("<task>", "its path or its name")
    .option("--iteration <number>", "which one, of a task in a loop")
    .option("--reason <text>", "for its history")
    .action(async (id: string, task: string, options: TaskOptions) =>
      finish(await (await import("./jobs-action.ts")).actOnJob("skip", id, { ...options, task }, globals())),
    );
  toServer(jobs.command("delete"))
    .description("remove a job that has ended, with its history")
    .argument("<id>")
    .option("--reason <text>", "for the server's log")
    .action(async (id: string, options: ActionOptions) =>
      finish(await (await import("./jobs-action.ts")).deleteJob(id, options, globals())),
    );
  toServer(jobs.command("history"))
    .description("show every transition of a job")
    .argument("<id>")
    .action(async (id: string, options: ServerOptions) =>
      finish(await (await import("./jobs-history.ts")).showHistory(id, options, globals())),
    );
}

function toServer(command: Command): Command {
  return command
    .option("--server <url>", "the server (default: $WORKFLOWS_SERVER or http://127.0.0.1:8080)")
    .option("--token <token>", "API token (better: $WORKFLOWS_TOKEN, which process lists do not show)");
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
