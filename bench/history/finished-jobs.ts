import { newJobId, newWorkerId } from "../../src/model/ids.ts";
import type { JobStatus } from "../../src/model/job/job.ts";
import type { NewJob, Store } from "../../src/store/store.ts";
import { entry, pendingJob, task } from "../../test/support/jobs.ts";

/** Workflows that the history is of, in equal parts. */
export const workflowNames = Array.from({ length: 10 }, (_, number) => `workflow-${number}`);

const spanMs = 30 * 86_400_000;
/** Every twentieth failed. */
const failedOneIn = 20;
const membersAtOnce = 500;
const insertsAtOnce = 4;

/** Stores as many finished jobs of one HTTP task, of the last 30 days, the oldest first. */
export async function fill(store: Store, jobs: number, tell: (stored: number) => void): Promise<void> {
  const nowMs = Date.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs) {
      const from = next;
      next = Math.min(jobs, from + membersAtOnce);
      const createdAt = (number: number): number => nowMs - spanMs + Math.floor((number / jobs) * spanMs);
      const members = Array.from({ length: next - from }, (_, index) =>
        finishedJob(from + index, createdAt(from + index)),
      );
      const answers = await store.jobs.insert(members);
      const refused = answers.find(({ kind }) => kind !== "inserted");
      if (refused !== undefined) throw new Error(`Not inserted: ${JSON.stringify(refused)}`);
      tell(next);
    }
  };
  await Promise.all(Array.from({ length: insertsAtOnce }, lane));
}

function finishedJob(number: number, createdAt: number): NewJob {
  const status: JobStatus = number % failedOneIn === 0 ? "failed" : "completed";
  const name = workflowNames[number % workflowNames.length] ?? "";
  const finishedAt = createdAt + 20;
  const body = `{"n":${number}}`;
  const request = { uri: `http://127.0.0.1:8080/calls/${number}`, method: "POST", body, headers: headersOf(number) };
  const result = { request, response: { statusCode: status === "failed" ? 400 : 200, body: "{}" } };
  const start = pendingJob("", {
    id: newJobId(createdAt),
    workflow: { name, version: 1, digest: "d".repeat(64) },
    status,
    input: { n: number },
    createdAt,
    startedAt: createdAt + 1,
    finishedAt,
    version: 2,
    fence: 1,
    tasks: [task("0", { status, scheduledAt: createdAt, finishedAt, result })],
  });
  const about = { task: "task 0", path: "0", attempt: 1, worker: newWorkerId(), fence: 1 };
  const { readyAt: _readyAt, ...job } = start.job;
  const history = [
    entry("job_started", { at: createdAt }),
    entry(`task_${status}`, { at: finishedAt, ...about, startedAt: createdAt + 1, durationMs: 19.2 }),
    entry(`job_${status}`, { at: finishedAt }),
  ];
  return { job, history };
}

function headersOf(number: number): string[] {
  return ["Content-Type: application/json", `Idempotency-Key: ${number.toString(16).padStart(32, "0")}`];
}
