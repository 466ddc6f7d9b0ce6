import { keyedJobIds, mostKeyedWorkflows } from "../../../jobs/finding/keyed-jobs.ts";
import { jobStatuses } from "../../../model/job/job.ts";
import { errorLabel, type Label, targetLabel } from "../../../model/search/labels.ts";
import { waitingReasons } from "../../../model/search/waiting.ts";
import type { JobFilter } from "../../../store/search.ts";
import type { ApiContext } from "../../context.ts";
import { isIdempotencyKey, whatKeysAre } from "../../idempotency-key.ts";
import { menderStatuses, statesNamed } from "../../mender/job-status.ts";
import { Asked } from "./asked.ts";
import { inputLabels, inputPrefix, isInput } from "./inputs.ts";

/** By what jobs can be picked, beside `input.NAME` (in a body: `input`). */
export const filterNames = [
  "status",
  "workflow",
  "version",
  "id_prefix",
  "idempotency_key",
  "error_code",
  "waiting",
  "target",
  "inserted_from",
  "inserted_to",
  "started_from",
  "started_to",
  "finished_from",
  "finished_to",
] as const;

const statusNames: readonly string[] = [...new Set<string>([...menderStatuses, ...jobStatuses])];

/** What the filter is read with: what is known of workflows, and what is secret. */
export type FilterContext = Pick<ApiContext, "deps" | "settings">;

/**
 * The jobs that a query is about. `more`: other parameters that the route reads by itself. Throws invalid_request with every mistake at once;
 * store_unavailable.
 */
export async function parseJobFilter(
  query: Readonly<Record<string, unknown>>,
  context: FilterContext,
  more: readonly string[] = [],
): Promise<JobFilter> {
  const asked = new Asked(query);
  const filter = await readJobFilter(asked, context, more);
  asked.throwIfMistaken();
  return filter;
}

/** The same for who reads more of the query, or a body: mistakes are left in `asked`, and where there are any, the answer is worth nothing. */
export async function readJobFilter(
  asked: Asked,
  context: FilterContext,
  more: readonly string[] = [],
): Promise<JobFilter> {
  const known = [...filterNames, ...more, asked.isBody ? "input" : `${inputPrefix}NAME`];
  asked.refuseOthers(known, (name) => isInput(asked, name));
  const status = asked.someOf("status", statusNames)?.flatMap(statesNamed);
  const workflow = asked.text("workflow");
  const version = asked.whole("version", 0, Number.MAX_SAFE_INTEGER);
  const waiting = asked.someOf("waiting", waitingReasons);
  const labels = await labelsAsked(asked, context, { workflow, version });
  const created = asked.range("inserted");
  const started = asked.range("started");
  const finished = asked.range("finished");
  const ids = await idsAsked(asked, context, workflow);
  return {
    ...(status !== undefined && { status: [...new Set(status)] }),
    ...(workflow !== undefined && { workflow }),
    ...(version !== undefined && { version }),
    ...(labels.length > 0 && { labels }),
    ...(waiting !== undefined && { waiting: waitingReasons.filter((reason) => waiting.includes(reason)) }),
    ...ids,
    ...(created !== undefined && { created }),
    ...(started !== undefined && { started }),
    ...(finished !== undefined && { finished }),
  };
}

async function labelsAsked(
  asked: Asked,
  context: FilterContext,
  of: { readonly workflow: string | undefined; readonly version: number | undefined },
): Promise<Label[]> {
  const code = asked.text("error_code", 200);
  const target = asked.text("target");
  if (target?.includes("://") === false)
    asked.complain("target", "must be an address, as http://inventory:8080 or smtp://mail:25");
  return [
    ...(code === undefined ? [] : [errorLabel(code)]),
    ...(target === undefined ? [] : [targetLabel(targetNamed(target))]),
    ...(await inputLabels(asked, context, of)),
  ];
}

/** An address is as good as its origin, which is all that is noted of it. */
function targetNamed(text: string): string {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).origin : text;
}

async function idsAsked(
  asked: Asked,
  { deps }: FilterContext,
  workflow: string | undefined,
): Promise<Pick<JobFilter, "ids" | "idPrefix">> {
  const key = asked.text("idempotency_key");
  const prefix = asked.text("id_prefix")?.toLowerCase();
  if (prefix !== undefined && !/^[0-9a-f]{1,24}$/.test(prefix))
    asked.complain("id_prefix", "must be the first 1 to 24 hex digits of an id");
  if (key !== undefined && !isIdempotencyKey(key)) asked.complain("idempotency_key", `must be ${whatKeysAre}`);
  if (key === undefined || asked.mistakes.length > 0) return prefix === undefined ? {} : { idPrefix: prefix };
  const ids = await keyedJobIds(deps, key, workflow);
  if (ids !== undefined) return { ids: prefix === undefined ? ids : ids.filter((id) => id.startsWith(prefix)) };
  asked.complain(
    "idempotency_key",
    `there are more than ${mostKeyedWorkflows} workflows: name the one in the parameter workflow`,
  );
  return {};
}
