import type { Command } from "commander";
import type { BulkAction } from "../../../client/workflows.ts";
import type { Finish } from "../../finish.ts";
import type { Globals } from "../../globals.ts";
import { withFilter } from "../find/filter-options.ts";
import { toServer } from "../server-options.ts";
import type { ActionCommandOptions } from "./action-options.ts";

const actions = [
  ["cancel", "end a job that has not ended"],
  ["pause", "let a job begin nothing new; what runs may end"],
  ["resume", "let a paused job go on"],
  ["retry", "let a job that failed, timed out or was cancelled go on from there"],
  ["restart", "run a job that has ended from the beginning"],
  ["skip", "let a job go on without a task that is open or failed"],
  ["delete", "remove a job that has ended, with its history"],
] as const satisfies readonly (readonly [BulkAction, string])[];

/** What people do with a job, or with all that a filter picks. */
export function addActionCommands(jobs: Command, finish: Finish, globals: () => Globals): void {
  for (const [action, description] of actions) {
    const command = toServer(jobs.command(action))
      .description(`${description}; or with all jobs that the options pick`)
      .argument("[id]", "the job; without it, options say which jobs");
    if (action === "skip") command.argument("[task]", "its path or its name");
    command.option("--reason <text>", action === "delete" ? "for the server's log" : "for its history");
    withOwnOptions(command, action);
    withFilter(command, "--of-version")
      .option("--all", "every job")
      .option("--dry-run", "do nothing, and tell with which jobs it would be done")
      .option("--yes", "ask nobody")
      .option("--cursor <cursor>", "where a walk through many jobs was broken off")
      .action(async (id: string | undefined, ...rest: readonly unknown[]) => {
        const [task] = action === "skip" ? rest : [];
        const options = command.opts<ActionCommandOptions>();
        const named = typeof task === "string" ? { task } : {};
        const { runAction } = await import("./run-action.ts");
        finish(await runAction(action, id, { ...options, ...named }, globals()));
      });
  }
}

function withOwnOptions(command: Command, action: BulkAction): void {
  if (action === "restart") command.option("--workflow-version <version>", "another version of its workflow");
  if (action === "cancel") command.option("--no-undo", "undo nothing, or nothing more");
  if (action === "retry")
    command
      .option("--task <task>", "of this task alone, by its path or its name; also while others still run")
      .option("--iteration <number>", "which one, of a task in a loop")
      .option("--new-key", "call services under another Idempotency-Key than before");
  if (action === "skip")
    command
      .option("--task <task>", "the task, where many jobs go on without it")
      .option("--iteration <number>", "which one, of a task in a loop");
}
