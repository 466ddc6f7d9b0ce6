// Examples of bodies and answers, of one small job: a test holds each against its schema.

const id = "0199f3c2a1b40000c0ffee00";
const worker = "9f86d081884c7d65";
const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const inserted = "2026-03-01T10:00:00.000Z";
const begun = "2026-03-01T10:00:00.003Z";
const ended = "2026-03-01T10:00:00.041Z";
const retryAt = "2026-03-01T10:01:00.000Z";

const head = { id, workflowName: "greet", version: 1 };
const request = "GET http://greeter:8080/greet?name=Ada";
const unavailable = { code: "http_status", message: "the service answered 503 Service Unavailable" };
const task = { name: "call", path: "0", type: "http" };
const given = { priority: 5, topic: "default", inputParameters: [{ name: "name", value: "Ada" }] };

const completed = { ...head, status: "done", state: "completed", run: 1 };
const summary = { ...completed, insert_time: inserted, start_time: begun, finish_time: ended };
const http = {
  httpRequest: { uri: "http://greeter:8080/greet?name=Ada", method: "GET", body: "", headers: ["Authorization: ***"] },
  httpResponse: { statusCode: 200, body: '{"greeting": "Hello Ada"}' },
};

const completedJob = {
  ...summary,
  ...given,
  results: [{ name: "call", type: "http", success: true, skipped: false, ...http }],
  tasks: [{ ...task, state: "completed", attempt: 1, finish_time: ended }],
};

const waitingForRetry = {
  ...head,
  ...{ status: "processing", state: "running", run: 1, insert_time: inserted, start_time: begun },
  ...{ waiting: "retry", due_time: retryAt },
};

/** A job whose task is to be tried again, as it is after an action. */
function open(change: object): object {
  const waitsForRetry = { ...task, state: "scheduled", attempt: 2, error: unavailable, due_time: retryAt };
  return { ...waitingForRetry, ...change, ...given, results: [], tasks: [waitsForRetry] };
}

const terminated = {
  ...{ ...head, status: "failed", state: "terminated", run: 1 },
  ...{ insert_time: inserted, start_time: begun, finish_time: ended },
  ...given,
  results: [],
  tasks: [{ ...task, state: "cancelled", attempt: 2, finish_time: ended }],
};

const skippedJob = {
  ...completedJob,
  results: [{ name: "call", type: "http", success: true, skipped: true }],
  tasks: [{ ...task, state: "skipped", attempt: 2, skippedBy: "ops", finish_time: ended }],
};

const restarted = {
  ...{ ...head, status: "pending", state: "pending", run: 2, insert_time: inserted },
  ...{ waiting: "worker", due_time: ended },
  ...given,
  results: [],
  tasks: [{ ...task, state: "scheduled", attempt: 1, due_time: ended }],
};

const started = { id, name: "greet", success: true };

const attempt = { run: 1, task: "call", path: "0", attempt: 1, worker, fence: 1, start_time: begun, durationMs: 38 };
const history = [
  { time: inserted, type: "job_started", run: 1 },
  { time: ended, type: "task_completed", ...attempt, request, answer: '200 {"greeting": "Hello Ada"}' },
  { time: ended, type: "job_completed", run: 1 },
];

const failedAttempt = {
  ...{ attempt: 1, outcome: "failed", why: "first attempt", start_time: begun, end_time: ended, durationMs: 38 },
  ...{ worker, request, answer: '503 {"error": "not now"}', error: unavailable },
};
const whyAgain = "retry 1 of 5 after 60 s (fixed delay of 60 s), because attempt 1 failed: the service answered 503";
const text = `"call" failed: the service answered 503 Service Unavailable (http_status). It is tried again, attempt 2 of at most 6, at ${retryAt} (in 42 s)`;
const explanation = {
  id,
  state: "running",
  summary: `${text}.`,
  waiting: { reason: "retry", until: retryAt, text },
  tasks: [
    {
      ...task,
      iteration: 0,
      state: "scheduled",
      attempts: [failedAttempt, { attempt: 2, outcome: "waiting", why: whyAgain, due_time: retryAt }],
    },
  ],
  advice: [
    `Let it begin nothing new: workflows jobs pause ${id}`,
    `Go on without the task: workflows jobs skip ${id} 0`,
    `End it: workflows jobs cancel ${id}`,
  ],
};

const workflow = {
  ...{ name: "greet", version: 1, digest, description: "Greets somebody", topic: "default" },
  ...{ inputParameters: ["name"], optionalParameters: [] },
};

const definition = {
  ...{ name: "greet", version: 1, inputParameters: ["name"] },
  tasks: [{ name: "call", type: "http", http: { uri: "http://greeter:8080/greet?name=${workflow.input.name}" } }],
};

const workerRow = {
  ...{ id: worker, host: "node-3", pid: 4711, start_time: "2026-03-01T09:00:00.000Z", beat_time: inserted, beat: 720 },
  ...{ ended: false, concurrency: 100, room: 88, jobs: 12, takes: { topics: ["default"] } },
};

const queue = {
  waiting: [
    {
      ...{ workflow: "greet", waiting: "retry", jobs: 40, oldest: waitingForRetry },
      why: "An attempt failed; the next one is made when its delay is over",
    },
  ],
  rows: 1,
  external: [{ queue: "mail", workflows: ["mailing"], offered: 3, offeredIsExact: true }],
};

const counts = {
  counts: [
    { workflow: "greet", status: "processing", state: "running", waiting: "retry", jobs: 40 },
    { workflow: "greet", status: "done", state: "completed", jobs: 91_204 },
  ],
  total: 91_244,
};

const taken = `${id}.0.tXl0cGWmYYkT9wYx.MA`;
const leaseTime = "2026-03-01T10:00:30.000Z";
const externalTask = {
  ...{ task: taken, job: id, workflowName: "mailing", version: 1, run: 1, name: "write", path: "0", iteration: 0 },
  ...{ attempt: 1, idempotencyKey: "3f8a0c5e9d1b7a6243f8a0c5e9d1b7a6", lease_time: leaseTime, input: { to: "Ada" } },
};

const document = { openapi: "3.1.0", info: { title: "Workflows", version: "0.1.0" }, paths: {} };

interface Examples {
  readonly body?: unknown;
  /** By status. */
  readonly answers: Readonly<Record<number, unknown>>;
}

const start: Examples = { answers: { 200: completedJob, 202: started } };
const job: Examples = { answers: { 200: completedJob } };

/** By the id of the operation; what a route says itself of its body and its answers is not here. */
export const examples: Readonly<Record<string, Examples>> = {
  getStatus: { answers: { 200: { status: "ok" } } },
  startJob: start,
  startJobAsOriginal: start,
  getJob: job,
  getJobOfWorkflow: job,
  getJobAsOriginal: job,
  listJobs: { answers: { 200: { jobs: [summary], next: "MTc3MjM1OTIwMDAwMC4wMTk5ZjNjMmExYjQwMDAwYzBmZmVlMDA" } } },
  countJobs: { answers: { 200: counts } },
  getJobHistory: { answers: { 200: { history } } },
  explainJob: { answers: { 200: explanation } },
  pauseJob: { answers: { 200: open({ state: "paused", waiting: "paused" }) } },
  resumeJob: { answers: { 200: open({}) } },
  cancelJob: { answers: { 200: terminated } },
  retryJob: { answers: { 200: { ...restarted, status: "processing", state: "running", run: 1, start_time: begun } } },
  restartJob: { answers: { 200: restarted } },
  skipJob: { answers: { 200: skippedJob } },
  deleteJob: job,
  tellJob: job,
  listDefinitions: { answers: { 200: [definition] } },
  listWorkflows: { answers: { 200: { workflows: [{ ...workflow, versions: 1 }] } } },
  getWorkflow: { answers: { 200: { ...workflow, versions: [{ version: 1, digest }] } } },
  listWorkers: { answers: { 200: { workers: [workerRow] } } },
  getQueue: { answers: { 200: queue } },
  pollExternal: { body: { worker: "pen-1", limit: 10, leaseMs: 30_000 }, answers: { 200: { tasks: [externalTask] } } },
  heartbeatExternal: { body: { task: taken, leaseMs: 30_000 }, answers: { 200: { lease_time: leaseTime } } },
  completeExternal: { body: { task: taken, output: { pages: 2 } }, answers: { 200: { success: true } } },
  failExternal: {
    body: { task: taken, code: "no_paper", message: "There is no paper", retryAfterMs: 60_000 },
    answers: { 200: { success: true } },
  },
  getOpenApi: { answers: { 200: document } },
  getOpenApiYaml: { answers: { 200: document } },
};
