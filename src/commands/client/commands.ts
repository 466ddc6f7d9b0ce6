import type { Command } from "commander";
import type { Finish } from "../finish.ts";
import type { Globals } from "../globals.ts";
import { addActionCommands } from "./actions/action-commands.ts";
import { withFilter } from "./find/filter-options.ts";
import type { CountOptions } from "./find/jobs-count.ts";
import type { ListOptions } from "./find/jobs-list.ts";
import type { RunOptions } from "./run/run.ts";
import { type ServerOptions, toServer } from "./server-options.ts";
import type { WatchOptions } from "./watch/jobs-watch.ts";

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
      const run = await import("./run/run.ts");
      run.refuseMore(args, options);
      finish(await run.run(workflow, options, globals()));
    });
  addExplain(program, finish, globals);
  addJobCommands(program.command("jobs").description("look at jobs and act on them"), finish, globals);
}

/** Under both names: who asks why does not think of where the command belongs. */
function addExplain(parent: Command, finish: Finish, globals: () => Globals): void {
  toServer(parent.command("explain"))
    .description("tell what is happening to a job, why, and what can be done")
    .argument("<id>")
    .action(async (id: string, options: ServerOptions) =>
      finish(await (await import("./explain/explain.ts")).explainJob(id, options, globals())),
    );
}

function addJobCommands(jobs: Command, finish: Finish, globals: () => Globals): void {
  addExplain(jobs, finish, globals);
  toServer(withFilter(jobs.command("list")))
    .description("list jobs, newest first unless told otherwise")
    .option("--sort <order>", "-insert_time, insert_time, -finish_time or finish_time")
    .option("--limit <count>", "at most so many, 1 to 200", "50")
    .option("--cursor <cursor>", "where the page before ended")
    .action(async (options: ListOptions) =>
      finish(await (await import("./find/jobs-list.ts")).listJobs(options, globals())),
    );
  toServer(jobs.command("count"))
    .description("count jobs, by workflow, state and what they wait for")
    .option("--workflow <name>", "of this workflow only")
    .action(async (options: CountOptions) =>
      finish(await (await import("./find/jobs-count.ts")).countJobs(options, globals())),
    );
  toServer(jobs.command("show"))
    .description("show one job with its tasks, its inputs and what came of them")
    .argument("<id>")
    .action(async (id: string, options: ServerOptions) =>
      finish(await (await import("./jobs-show.ts")).showJob(id, options, globals())),
    );
  toServer(withFilter(jobs.command("watch")))
    .description("show what happens to a job, or to all that options pick, as it happens")
    .argument("[id]")
    .action(async (id: string | undefined, options: WatchOptions) =>
      finish(await (await import("./watch/jobs-watch.ts")).watch(id, options, globals())),
    );
  addActionCommands(jobs, finish, globals);
  toServer(jobs.command("history"))
    .description("show every transition of a job")
    .argument("<id>")
    .action(async (id: string, options: ServerOptions) =>
      finish(await (await import("./jobs-history.ts")).showHistory(id, options, globals())),
    );
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
