import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CountsAnswer } from "../../../../src/api/v1/find/counts.ts";
import { keyedJobId } from "../../../../src/model/ids.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import { jobIdOf, pendingJob, workerInfo } from "../../../support/jobs.ts";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { type ApiServer, apiServer, greet } from "../api-server.ts";
import { send } from "../http-client.ts";

let server: ApiServer;

/** Three days before now, each job an hour after the other. */
const begin = Date.now() - 72 * 3_600_000;
const hour = (count: number): number => begin + count * 3_600_000;
const at = (count: number): string => encodeURIComponent(new Date(hour(count)).toISOString());

function job(count: number, more: Partial<Job>): ReturnType<typeof pendingJob> {
  const createdAt = hour(count);
  const ended = more.finishedAt === undefined ? { readyAt: createdAt } : {};
  const { job: made, history } = pendingJob(`job ${count}`, { createdAt, ...ended, ...more });
  if (more.finishedAt === undefined) return { job: made, history };
  const { readyAt: _readyAt, ...final } = made;
  return { job: final, history };
}

const of = (name: string, version = 4): Job["workflow"] => ({ name, version, digest: `${name}-${version}` });

const inventory = "target:http://inventory:8080";

const jobs = [
  job(0, { status: "failed", startedAt: hour(0.1), finishedAt: hour(9), labels: ["error:timed_out", inventory] }),
  job(1, { status: "completed", startedAt: hour(1.1), finishedAt: hour(1.5), labels: ["input:device=a=b", inventory] }),
  job(2, { status: "timed_out", workflow: of("greet"), startedAt: hour(2.1), finishedAt: hour(3) }),
  job(3, { status: "completed", workflow: of("greet", 5), startedAt: hour(3.1), finishedAt: hour(3.5) }),
  job(4, { waiting: "worker", labels: ["input:device=42", "input:site=north"] }),
  job(5, {
    waiting: "retry",
    readyAt: hour(999),
    status: "running",
    startedAt: hour(5),
    labels: ["error:unreachable"],
  }),
  job(6, { waiting: "retry", readyAt: hour(6), status: "running", startedAt: hour(6) }),
  job(7, { waiting: "paused", readyAt: 8.64e15, status: "paused" }),
  job(8, { waiting: "worker", lease: { worker: "w1", fence: 1 }, fence: 1 }),
];

const searching = greet({
  optionalParameters: ["device", "site", "api_token"],
  searchable: ["device", "site", "api_token"],
});

beforeAll(async () => {
  if (storeIsMissing()) return;
  server = await apiServer({ workflows: [searching], settings: { secretNames: ["*token*"] } });
  await insertInto(server);
});

/** One of them in the hands of a worker that lives. */
async function insertInto({ store }: ApiServer): Promise<void> {
  await store.workers.register(workerInfo("w1", { startedAt: Date.now() }));
  await store.jobs.insert(jobs);
}

afterAll(() => server?.[Symbol.asyncDispose]());

interface Page {
  readonly jobs: readonly { readonly id: string; readonly waiting?: string }[];
  readonly next: string | null;
}

async function listed(query: string): Promise<Page> {
  const answer = await send(`${server.url}/api/v1/jobs?inserted_to=${at(10)}&${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json as Page;
}

/** All that fit, by their numbers, in the order of the list; page by page. */
async function found(query: string): Promise<number[]> {
  const ids: string[] = [];
  let cursor = "";
  for (;;) {
    const page = await listed(`limit=2&${query}${cursor}`);
    expect(page.jobs.length).toBeLessThanOrEqual(2);
    ids.push(...page.jobs.map(({ id }) => id));
    if (page.next === null) return ids.map((id) => jobs.findIndex(({ job: { id: own } }) => own === id));
    cursor = `&cursor=${page.next}`;
  }
}

test.each([
  ["status=failed", [2, 0]],
  ["status=pending,paused", [7, 4]],
  ["workflow=greet&version=5", [3]],
  ["version=4", [2]],
  [`id_prefix=${jobIdOf("job 3").slice(0, 12).toUpperCase()}`, [3]],
  ["error_code=timed_out", [0]],
  ["error_code=timed", []],
  ["target=http://inventory:8080", [1, 0]],
  ["target=HTTP://inventory:8080/devices/5?x=y", [1, 0]],
  ["target=http://inventory:8080&error_code=timed_out", [0]],
  ["input.device=a%3Db", [1]],
  ["input.device=42&input.site=north", [4]],
  ["input.device=42&input.site=south", []],
  ["waiting=worker", [6, 4]],
  ["waiting=retry", [5]],
  ["waiting=retry,paused&waiting=worker", [7, 6, 5, 4]],
  [`inserted_from=${at(7)}`, [8, 7]],
  [`started_from=${at(1.1)}&started_to=${at(3.1)}`, [2, 1]],
  [`finished_from=${at(3)}`, [3, 2, 0]],
  [`status=failed&waiting=worker`, []],
])("jobs are found by what is asked for alone: %s", async (query, expected) => {
  expect(await found(query)).toEqual(expected);
});

test.each([
  ["sort=insert_time", [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ["sort=-insert_time", [8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ["sort=finish_time", [1, 2, 3, 0]],
  ["sort=-finish_time", [0, 3, 2, 1]],
  ["sort=-finish_time&status=completed", [3, 1]],
])("lists are sorted by either time, both ways, page by page: %s", async (query, expected) => {
  expect(await found(query)).toEqual(expected);
});

test("jobs with a prefix come in the order of their ids", async () => {
  const ids = jobs.map(({ job: { id } }) => id).toSorted();
  const first = ids[0]?.slice(0, 1) ?? "";
  const alike = ids.filter((id) => id.startsWith(first));
  const numbers = alike.map((id) => jobs.findIndex(({ job: { id: own } }) => own === id));
  expect(await found(`id_prefix=${first}&sort=insert_time`)).toEqual(numbers);
  expect(await found(`id_prefix=${first}`)).toEqual(numbers.toReversed());
});

test("a cursor goes on only under the sort that it came with", async () => {
  const { next } = await listed("limit=1");
  for (const query of ["sort=insert_time", "sort=finish_time", "id_prefix=0"]) {
    const answer = await send(`${server.url}/api/v1/jobs?${query}&cursor=${next}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("is of a list in another order");
  }
});

test("an input that is not searchable, or secret, is a mistake that names those that are", async () => {
  const refused = async (query: string) => {
    const answer = await send(`${server.url}/api/v1/jobs?${query}`);
    expect(answer.status).toBe(400);
    return (answer.json as { error: string }).error;
  };
  expect(await refused("input.devise=1")).toContain("did you mean device?");
  expect(await refused("workflow=greet&input.name=1")).toContain('of the workflow "greet"; those are: device, site');
  expect(await refused("input.api_token=1")).toContain(
    "is no searchable input of any workflow; those are: device, site",
  );
  expect(await refused("input.device=1&input.device=2")).toContain("is given more than once");
});

test("a start is found by its key, and those of a batch by theirs, of the workflow that is named or of any", async () => {
  const post = (path: string, body: unknown) =>
    send(`${server.url}/api/v1/workflow/greet${path}`, {
      method: "POST",
      headers: { "idempotency-key": "night run" },
      body: JSON.stringify(body),
    });
  const single = (await post("", { name: "a" })).json as { id: string };
  const idsOf = async (query: string) => {
    const answer = await send(`${server.url}/api/v1/jobs?sort=insert_time&${query}`);
    return (answer.json as Page).jobs.map(({ id }) => id);
  };
  expect(single.id).toBe(keyedJobId("greet", "night run"));
  expect(await idsOf("idempotency_key=night%20run&workflow=greet")).toEqual([single.id]);
  const batch = (await post("/batch", [{ name: "b" }, {}, { name: "c" }])).json as { id?: string }[];
  const members = batch.flatMap(({ id }) => id ?? []);
  const all = await idsOf("idempotency_key=night%20run&workflow=greet");
  expect(new Set(all)).toEqual(new Set([single.id, ...members]));
  expect(await idsOf("idempotency_key=night%20run")).toEqual([single.id]);
  expect(await idsOf(`idempotency_key=night%20run&workflow=greet&id_prefix=${members[0]}`)).toEqual([members[0]]);
  expect(await idsOf("idempotency_key=other&workflow=greet")).toEqual([]);
});

test("a job says for what it waits, in lists and by itself, and not once a worker has it", async () => {
  const page = await listed("limit=200");
  const waiting = new Map(page.jobs.map((one) => [one.id, one.waiting]));
  const told = jobs.map(({ job: { id } }) => waiting.get(id));
  expect(told).toEqual([...Array(4).fill(undefined), "worker", "retry", "worker", "paused", undefined]);
  const body = JSON.stringify({ name: "a" });
  const later = await send(`${server.url}/api/v1/workflow/greet?after=3600`, { method: "POST", body });
  const shown = await send(`${server.url}/api/v1/jobs/${(later.json as { id: string }).id}`);
  expect(shown.json).toMatchObject({ waiting: "start" });
});

test("jobs are counted by workflow, state and what they began to wait for", async () => {
  await using other = await apiServer();
  await insertInto(other);
  const counts = async (query: string) => {
    const answer = await send(`${other.url}/api/v1/jobs/counts${query}`);
    expect(Value.Check(CountsAnswer, answer.json), answer.text).toBe(true);
    return answer.json;
  };
  const all = { counts: expect.any(Array) as unknown, total: jobs.length };
  expect(await counts("")).toMatchObject(all);
  expect(await counts("?workflow=greet")).toEqual({
    total: 9,
    counts: [
      { workflow: "greet", status: "pending", state: "pending", waiting: "worker", jobs: 1 },
      { workflow: "greet", status: "processing", state: "running", jobs: 1 },
      { workflow: "greet", status: "processing", state: "running", waiting: "retry", jobs: 2 },
      { workflow: "greet", status: "processing", state: "paused", waiting: "paused", jobs: 1 },
      { workflow: "greet", status: "done", state: "completed", jobs: 2 },
      { workflow: "greet", status: "failed", state: "failed", jobs: 1 },
      { workflow: "greet", status: "failed", state: "timed_out", jobs: 1 },
    ],
  });
  expect(await counts("?workflow=none")).toEqual({ counts: [], total: 0 });
  const mistake = await send(`${other.url}/api/v1/jobs/counts?worklow=greet`);
  expect(mistake.status).toBe(400);
  expect(mistake.text).toContain("did you mean workflow?");
});
