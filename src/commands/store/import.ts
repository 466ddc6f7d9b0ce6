import { compileOptionsOf } from "../../compose/definitions.ts";
import { configuredKinds } from "../../compose/task-kinds.ts";
import { formatDuration } from "../../config/values/duration.ts";
import { formatProblems } from "../../definitions/format-problems.ts";
import { type DefinitionCounts, importDefinitions } from "../../jobs/import/import-definitions.ts";
import { importJobs, type JobCounts, type LeftJob } from "../../jobs/import/import-jobs.ts";
import type { ForeignDatabase } from "../../store/foreign.ts";
import { ExitError } from "../exit-error.ts";
import type { Globals } from "../globals.ts";
import { Progress } from "../progress.ts";
import { note, print, printable, printJson } from "../terminal.ts";
import { type StoreInHand, withStore } from "./with-store.ts";

export interface ImportOptions {
  readonly from?: string;
  readonly fromDbname?: string;
}

/** Takes finished jobs and definitions from the database of the original: 2 where a definition has mistakes, 1 where a job could not be taken. */
export async function importAll(options: ImportOptions, globals: Globals): Promise<number> {
  const source = sourceOf(options);
  return withStore(
    globals,
    async (opened) => {
      const { openLegacyDatabase } = await import("../../store/mongodb/legacy/legacy-database.ts");
      const from = await openLegacyDatabase({ ...source, secretNames: opened.config.secretNames });
      try {
        const counts = await take(from, opened);
        tell(counts, from, opened, globals);
        if (counts.definitions.refused > 0) return 2;
        return counts.jobs.refused > 0 ? 1 : 0;
      } finally {
        await from.close();
      }
    },
    { mayCreate: true },
  );
}

interface Counts {
  readonly definitions: DefinitionCounts;
  readonly jobs: JobCounts;
}

function sourceOf({ from, fromDbname: database }: ImportOptions) {
  const variable = process.env["WORKFLOWS_IMPORT_FROM"] ?? "";
  if (from !== undefined) return { url: addressIn("--from", from), database, calledAs: "--from" };
  const calledAs = "WORKFLOWS_IMPORT_FROM";
  if (variable !== "") return { url: addressIn(calledAs, variable), database, calledAs };
  throw new ExitError(
    2,
    "import needs --from mongodb://HOST/DATABASE, or WORKFLOWS_IMPORT_FROM: the database of Mender's workflows",
  );
}

/** Its text is not repeated: it may hold a password. Throws `ExitError` (2). */
function addressIn(calledAs: string, text: string): string {
  if (/^mongodb(\+srv)?:\/\//.test(text)) return text;
  throw new ExitError(2, `${calledAs} is not a usable address: it must begin with mongodb:// or mongodb+srv://`);
}

async function take(from: ForeignDatabase, { store, config }: StoreInHand): Promise<Counts> {
  const progress = new Progress(await from.countJobs());
  const nowMs = await store.housekeeping.clock();
  if (config.retentionMs > 0)
    progress.note(
      `Jobs that were started more than ${formatDuration(config.retentionMs)} ago are left, because retention would remove them at once; a longer retention, or 0, has them taken`,
    );
  try {
    const definitions = await importDefinitions({
      from,
      into: store.definitions,
      options: compileOptionsOf(config, configuredKinds(config).kinds),
      problem: (file, problem) => progress.note(printable(formatProblems([{ ...problem, file }]))),
    });
    const jobs = await importJobs({
      from,
      into: store.jobs,
      nowMs,
      startedSinceMs: config.retentionMs === 0 ? 0 : nowMs - config.retentionMs,
      left: (job) => (job.why === "old" ? undefined : progress.note(printable(lineOf(job)))),
      progress: (counts) => progress.at(seen(counts)),
    });
    return { definitions, jobs };
  } catch (error) {
    progress.note("What was taken so far is stored: run the import again to go on");
    throw error;
  } finally {
    progress.end();
  }
}

function lineOf({ id, workflow, why, reason }: LeftJob): string {
  const of = workflow === undefined ? "" : ` of ${workflow}`;
  return `${why === "unfinished" ? "left" : "refused"}: job ${id}${of}: ${reason}`;
}

function seen({ imported, alreadyThere, unfinished, old, refused }: JobCounts): number {
  return imported + alreadyThere + unfinished + old + refused;
}

/** A misspelt name is an empty database to MongoDB. */
function isNothing({ definitions, jobs }: Counts): boolean {
  return definitions.imported + definitions.alreadyThere + definitions.refused + seen(jobs) === 0;
}

function tell(counts: Counts, from: ForeignDatabase, { shown, config }: StoreInHand, globals: Globals): void {
  const { definitions, jobs } = counts;
  if (isNothing(counts)) note(`${from.shown} has no jobs and no definitions: is that its name? (--from-dbname)`);
  if (globals.json === true) {
    printJson({ from: from.shown, store: shown, definitions, jobs });
    return;
  }
  const old =
    config.retentionMs === 0 ? "" : `, ${jobs.old} older than the retention of ${formatDuration(config.retentionMs)}`;
  print(`From ${from.shown} into ${shown}:`);
  print(
    `  definitions: ${definitions.imported} imported, ${definitions.alreadyThere} already there, ${definitions.refused} with mistakes`,
  );
  print(
    `  jobs: ${jobs.imported} imported, ${jobs.alreadyThere} already there, ${jobs.unfinished} not finished${old}, ${jobs.refused} refused`,
  );
}
