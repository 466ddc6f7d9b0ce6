import type { JsonObject } from "../../src/model/json.ts";

/** A job as `GET /api/v1/jobs/:id` shows it; only what tests read. */
export interface ShownJob {
  readonly id: string;
  readonly workflowName: string;
  /** Of a job that another job started. */
  readonly parent?: { readonly id: string };
  readonly status: "pending" | "processing" | "done" | "failed";
  readonly inputParameters: readonly { readonly name: string; readonly value: unknown }[];
  readonly tasks?: readonly { readonly attempt: number; readonly due_time?: string }[];
  readonly results?: readonly { readonly name: string; readonly smtp?: { readonly messageId?: string } }[];
}

/** One line of `GET /api/v1/jobs/:id/history`; only what tests read. */
export interface ShownHistoryEntry {
  /** RFC 3339. */
  readonly time: string;
  readonly type: string;
  readonly task?: string;
  readonly iteration?: number;
  readonly attempt?: number;
  readonly worker?: string;
  readonly fence?: number;
  readonly durationMs?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

const patienceMs = 10_000;

async function call<T>(url: string, init: RequestInit = {}): Promise<Answer<T>> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T };
}

async function ok<T>(url: string): Promise<T> {
  const { status, body } = await call<T>(url);
  if (status !== 200) throw new Error(`GET ${url} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** `POST /api/v1/workflow/:name`; rejects when there is no answer. */
export function startJob(
  url: string,
  workflow: string,
  input: JsonObject,
  key?: string,
): Promise<Answer<{ id: string }>> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== undefined) headers["idempotency-key"] = key;
  return call(`${url}/api/v1/workflow/${workflow}`, { method: "POST", headers, body: JSON.stringify(input) });
}

export function showJob(url: string, id: string): Promise<ShownJob> {
  return ok(`${url}/api/v1/jobs/${id}`);
}

export async function showHistory(url: string, id: string): Promise<readonly ShownHistoryEntry[]> {
  const { history } = await ok<{ history: readonly ShownHistoryEntry[] }>(`${url}/api/v1/jobs/${id}/history`);
  return history;
}

/** Ids of all jobs, or of those in a status (or several, separated by commas), page by page. */
export async function listJobIds(url: string, status?: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: "200" });
    if (status !== undefined) query.set("status", status);
    if (cursor !== undefined) query.set("cursor", cursor);
    const page: JobPage = await ok(`${url}/api/v1/jobs?${query.toString()}`);
    ids.push(...page.jobs.map((job) => job.id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

interface JobPage {
  readonly jobs: readonly { readonly id: string }[];
  readonly next?: string | null;
}
