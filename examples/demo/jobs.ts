import { setTimeout as delay } from "node:timers/promises";

export interface Job {
  readonly id: string;
  readonly workflowName: string;
  readonly status: "pending" | "processing" | "done" | "failed";
}

/** One line of a job's history. */
export interface Transition {
  readonly time: string;
  readonly type: string;
  readonly task?: string;
  readonly attempt?: number;
  readonly durationMs?: number;
  readonly due_time?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Starts a workflow; gives the id of the job. */
export async function start(url: string, workflow: string, input: object): Promise<string> {
  const response = await fetch(`${url}/api/v1/workflow/${workflow}`, { method: "POST", body: JSON.stringify(input) });
  const answer = (await response.json()) as { readonly id: string; readonly error?: string };
  if (response.status !== 201) throw new Error(`${workflow} was not started: ${answer.error}`);
  return answer.id;
}

/** Waits until a job has ended. */
export async function ended(url: string, id: string): Promise<Job> {
  for (;;) {
    const job = await get<Job>(`${url}/api/v1/jobs/${id}`);
    if (job.status === "done" || job.status === "failed") return job;
    await delay(50);
  }
}

export async function historyOf(url: string, id: string): Promise<readonly Transition[]> {
  const { history } = await get<{ history: readonly Transition[] }>(`${url}/api/v1/jobs/${id}/history`);
  return history;
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
  return (await response.json()) as T;
}
