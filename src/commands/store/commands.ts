import type { Command } from "commander";
import type { Finish } from "../finish.ts";
import type { Globals } from "../globals.ts";
import type { ImportOptions } from "./import.ts";
import type { ListJobsOptions } from "./list-jobs.ts";

/** Commands that open the configured store by themselves: no server has to run. */
export function addStoreCommands(program: Command, finish: Finish): void {
  const globals = () => program.opts<Globals>();
  program
    .command("list-jobs")
    .description("list the jobs in the store, newest first")
    .option("--page <number>", "which page, from 1 on", "1")
    .option("--perPage <count>", "how many jobs a page has", "75")
    .action(async (options: ListJobsOptions) =>
      finish(await (await import("./list-jobs.ts")).listJobs(options, globals())),
    );
  program
    .command("import")
    .description("take finished jobs and definitions from the database of Mender's workflows, which is only read")
    .option(
      "--from <url>",
      "mongodb://... of that database (better: $WORKFLOWS_IMPORT_FROM, which process lists do not show)",
    )
    .option("--from-dbname <name>", "its name (default: the one in the path of the URL, else workflows)")
    .action(async (options: ImportOptions) =>
      finish(await (await import("./import.ts")).importAll(options, globals())),
    );
}
