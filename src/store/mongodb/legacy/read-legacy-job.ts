import { type Db, ObjectId } from "mongodb";
import type { JobId } from "../../../model/ids.ts";
import type { Job, JobStatus } from "../../../model/job/job.ts";
import type { JsonObject } from "../../../model/json.ts";
import { nameMatcher, textHider } from "../../../model/redaction.ts";
import { type Fields, fieldsOf, jsonOf, listOf, numberOf, textOf } from "./fields.ts";
import { executionOf, type Redaction } from "./task-results.ts";

/** In the original's first version the status is a word, later its number. */
const statuses: ReadonlyMap<unknown, JobStatus> = new Map<unknown, JobStatus>([
  ["pending", "pending"],
  ["processing", "running"],
  ["done", "completed"],
  ["failed", "failed"],
  [0, "completed"],
  [1, "pending"],
  [2, "running"],
  [3, "failed"],
]);

/** Headers and inputs that carry logins, beside those that the configuration names. */
const carriesLogin = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key)$|token|secret|password/i;

/** Where each version of the original keeps its jobs. The name `jobs` was that of the first version's message bus, too. */
export const legacyCollections = ["jobs_status", "jobs"] as const;

/**
 * Answers a function that reads a job of the original. Its first version kept jobs in `jobs_status`, by ObjectId; later ones in an
 * ordinary collection `jobs`, by the same 24 digits as a text. Nothing of theirs is ever written.
 */
export function legacyJobs(db: Db, secretNames: readonly string[]): (id: JobId) => Promise<Job | undefined> {
  const looksSecret = loginMatcher(secretNames);
  return async (id) => {
    for (const name of legacyCollections) {
      const found = await db
        .collection<{ _id: ObjectId | string }>(name)
        .findOne({ _id: { $in: [new ObjectId(id), id] } });
      const job = found === null ? undefined : legacyJob(id, fieldsOf(found) ?? {}, looksSecret);
      if (job !== undefined) return { ...job, readOnly: true };
    }
    return undefined;
  };
}

/** Tells the headers and inputs whose values the original kept in clear, and nobody may see. */
export function loginMatcher(secretNames: readonly string[]): (name: string) => boolean {
  const isNamed = nameMatcher(secretNames);
  return (name) => carriesLogin.test(name) || isNamed(name);
}

/** Undefined for what is no job of theirs: ours have a format, and the messages on their bus no status. */
export function legacyJob(id: JobId, document: Fields, looksSecret: (name: string) => boolean): Job | undefined {
  const { format, workflow_name: name, status: written, input_parameters, results, insert_time, version } = document;
  const status = statuses.get(written);
  if (format !== undefined || typeof name !== "string" || status === undefined) return undefined;
  const input = inputOf(listOf(input_parameters));
  const createdAt = insert_time instanceof Date ? insert_time.getTime() : new ObjectId(id).getTimestamp().getTime();
  const redaction = redactionOf(input, looksSecret);
  return {
    id,
    format: 1,
    workflow: { name, version: numberOf(version) ?? 0, digest: "" },
    status,
    run: 1,
    input,
    tasks: listOf(results).map((result, index) => executionOf(fieldsOf(result) ?? {}, index, createdAt, redaction)),
    version: 1,
    fence: 0,
    lost: 0,
    lostRecorded: 0,
    createdAt,
    bytes: 0,
  };
}

/** `value` is the text that its API showed; `raw` the same before that. */
function inputOf(parameters: readonly unknown[]): JsonObject {
  const named = parameters.flatMap((parameter) => {
    const { name, value, raw } = fieldsOf(parameter) ?? {};
    return typeof name === "string" ? [[name, jsonOf(value ?? raw)] as const] : [];
  });
  return Object.fromEntries(named);
}

function redactionOf(input: JsonObject, looksSecret: (name: string) => boolean): Redaction {
  const secrets = Object.entries(input).filter(([name]) => looksSecret(name));
  return {
    hide: textHider(secrets.map(([, value]) => textOf(value))),
    isSecretHeader: looksSecret,
  };
}
