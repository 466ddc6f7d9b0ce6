import type { Command } from "commander";
import type { JobFilter } from "../../../client/workflows.ts";
import { parseDuration } from "../../../config/values/duration.ts";
import { epochMsOf } from "../../../model/time.ts";
import { ExitError } from "../../exit-error.ts";

/** By what jobs are picked: an option for each filter of the API. */
export interface FilterOptions {
  readonly status?: string;
  readonly workflow?: string;
  readonly workflowVersion?: string;
  readonly idPrefix?: string;
  readonly idempotencyKey?: string;
  readonly errorCode?: string;
  readonly waiting?: string;
  readonly target?: string;
  /** Each `NAME=VALUE`. */
  readonly input?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly startedSince?: string;
  readonly startedUntil?: string;
  readonly finishedSince?: string;
  readonly finishedUntil?: string;
}

/** Gives a command the options. `version`: what the one for the version is called, where another one has its name. */
export function withFilter(command: Command, version = "--workflow-version"): Command {
  return command
    .option("--status <status>", "pending, processing, done or failed, or a state; several with commas")
    .option("--workflow <name>", "of this workflow only")
    .option(`${version} <version>`, "of this version of it only")
    .option("--id-prefix <digits>", "whose id begins so")
    .option("--idempotency-key <key>", "started under this key")
    .option("--error-code <code>", "that failed by this code, or a task of them did")
    .option("--waiting <reason>", "that wait for a worker, a retry, paused and so on; several with commas")
    .option("--target <address>", "that called this service last, as http://inventory:8080")
    .option("--input <name=value>", "with this value of a searchable input; may be repeated", collect)
    .option("--since <time>", "stored then or later: 2h ago, or a time such as 2030-01-31T06:00:00Z")
    .option("--until <time>", "stored before then")
    .option("--started-since <time>", "begun then or later")
    .option("--started-until <time>", "begun before then")
    .option("--finished-since <time>", "ended then or later")
    .option("--finished-until <time>", "ended before then");
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export interface Filter {
  /** As parameters of a query, and members of a body, are called. */
  readonly fields: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
}

/** What the options ask for. `nowMs`: what times ago are counted from. Throws `ExitError` (2). */
export function filterOf(options: FilterOptions, nowMs: number): Filter {
  const times = Object.fromEntries(
    Object.entries(timeOptions).map(([field, [option, name]]) => [field, timeOf(option, options[name], nowMs)]),
  );
  const fields = {
    status: options.status,
    workflow: options.workflow,
    version: options.workflowVersion,
    id_prefix: options.idPrefix,
    idempotency_key: options.idempotencyKey,
    error_code: options.errorCode,
    waiting: options.waiting,
    target: options.target,
    ...times,
  };
  return { fields: given(fields), inputs: Object.fromEntries((options.input ?? []).map(inputOf)) };
}

/** The filter as the client takes it. The names are those of the API on both sides; what a value may be says the server. */
export function jobFilterOf({ fields, inputs }: Filter): JobFilter {
  return { ...fields, ...(Object.keys(inputs).length > 0 && { input: inputs }) };
}

/** By field of the filter: the option as it is typed, and where its value stands. */
const timeOptions = {
  inserted_from: ["--since", "since"],
  inserted_to: ["--until", "until"],
  started_from: ["--started-since", "startedSince"],
  started_to: ["--started-until", "startedUntil"],
  finished_from: ["--finished-since", "finishedSince"],
  finished_to: ["--finished-until", "finishedUntil"],
} as const satisfies Readonly<Record<string, readonly [string, keyof FilterOptions]>>;

/** Options behind which the same command asks for the same times once more, whenever it is given: instead of those that were written as so long ago. The last of two counts. */
export function fixedTimes(options: FilterOptions, { fields }: Filter): string[] {
  return Object.entries(timeOptions).flatMap(([field, [option, name]]) => {
    const [written, time] = [options[name], fields[field]];
    return written === undefined || time === undefined || epochMsOf(written) !== undefined ? [] : [option, time];
  });
}

function given(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
}

function timeOf(option: string, written: string | undefined, nowMs: number): string | undefined {
  if (written === undefined) return undefined;
  if (/^\d+(\.\d+)?(\s*ago)?$/i.test(written.trim()))
    throw new ExitError(2, `${option} ${written}: the unit is missing: so long ago is 30m, 2h or 7d`);
  const agoMs = parseDuration(written.replace(/\s*ago$/i, ""));
  const at = agoMs === undefined ? epochMsOf(written) : nowMs - agoMs;
  const time = new Date(at ?? Number.NaN);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new ExitError(2, `${option} ${written}: must be so long ago, as 30m or 2h, or a time, as 2030-01-31T06:00:00Z`);
}

function inputOf(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  if (equals >= 1) return [pair.slice(0, equals), pair.slice(equals + 1)];
  throw new ExitError(2, `--input "${pair}": must be NAME=VALUE`);
}
