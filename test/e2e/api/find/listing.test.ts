import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { JobsAnswer } from "../../../../src/api/v1/find/jobs.ts";
import { completedJob, jobIdOf, jobOfWorkflow, pendingJob, testTime } from "../../../support/jobs.ts";
import { type ApiServer, apiServer } from "../api-server.ts";
import { send } from "../http-client.ts";

interface Page {
  readonly jobs: readonly { readonly id: string; readonly status: string; readonly state: string }[];
  readonly next: string | null;
}

async function list(server: ApiServer, query: string): Promise<Page> {
  const answer = await send(`${server.url}/api/v1/jobs?${query}`);
  expect(answer.status, answer.text).toBe(200);
  expect(Value.Check(JobsAnswer, answer.json)).toBe(true);
  return answer.json as Page;
}

const idsOf = ({ jobs }: Page): string[] => jobs.map(({ id }) => id);

test("pages follow each other, newest first, each job once, also where many have one time", async () => {
  await using server = await apiServer();
  const jobs = Array.from({ length: 23 }, (_, at) =>
    pendingJob(`job ${at}`, { createdAt: testTime + Math.floor(at / 10) }),
  );
  await server.store.jobs.insert(jobs);
  const expected = jobs
    .map(({ job }) => job)
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list(server, cursor === null ? "limit=5" : `limit=5&cursor=${cursor}`);
    expect(page.jobs.length).toBeLessThanOrEqual(5);
    seen.push(...idsOf(page));
    cursor = page.next;
  } while (cursor !== null);
  expect(seen).toEqual(expected);
  expect((await list(server, "limit=200")).next).toBeNull();
});

test("jobs are filtered by workflow and by status, in the words of either API", async () => {
  await using server = await apiServer();
  await server.store.jobs.insert([
    pendingJob("pending"),
    pendingJob("paused", { status: "paused" }),
    completedJob("completed"),
    completedJob("failed", { status: "failed" }),
    completedJob("timed out", { status: "timed_out" }),
    completedJob("terminated", { status: "terminated" }),
    jobOfWorkflow("other", "of another workflow"),
  ]);
  const found = async (query: string) => new Set(idsOf(await list(server, query)));
  const jobs = (...names: string[]) => new Set(names.map(jobIdOf));
  expect(await found("status=failed")).toEqual(jobs("failed", "timed out", "terminated"));
  expect(await found("status=timed_out")).toEqual(jobs("timed out"));
  expect(await found("status=processing")).toEqual(jobs("paused"));
  expect(await found("status=done,paused&status=terminated")).toEqual(jobs("completed", "paused", "terminated"));
  expect(await found("workflow=other")).toEqual(jobs("of another workflow"));
  expect(await found("workflow=other&status=done")).toEqual(jobs());
  expect(await found("workflow=unknown")).toEqual(jobs());
  expect(await found("workflow=%00%ff'")).toEqual(jobs());
  expect((await list(server, "status=timed_out")).jobs).toMatchObject([{ status: "failed", state: "timed_out" }]);
});

test("every mistake in a query is named with its place", async () => {
  await using server = await apiServer();
  const answer = await send(
    `${server.url}/api/v1/jobs?status=done,finished&limit=201&cursor=abc&worklow=x&__proto__=1&waiting=retri&version=1.5&id_prefix=xyz` +
      "&inserted_from=2030-01-02T00:00:00Z&inserted_to=2030-01-01T00:00:00Z&started_from=yesterday&input.device=a&input=b&target=&sort=insertTime",
  );
  expect(answer.status).toBe(400);
  const { code, error, details } = answer.json as {
    code: string;
    error: string;
    details: { at: string; message: string }[];
  };
  expect(code).toBe("invalid_request");
  expect(error).toBe("Invalid query: worklow is not known; did you mean workflow?");
  expect(new Set(details.map(({ at }) => at))).toEqual(
    new Set(
      ["status", "limit", "cursor", "worklow", "__proto__", "waiting", "version", "id_prefix"]
        .concat("inserted_to", "started_from", "input.device", "input", "target", "sort")
        .map((name) => `/${name}`),
    ),
  );
  const named = await send(`${server.url}/api/v1/jobs?target=inventory`);
  expect(named.json).toMatchObject({ code: "invalid_request", details: [{ at: "/target" }] });
  const told = (name: string) => details.find(({ at }) => at === `/${name}`)?.message;
  expect(told("worklow")).toContain("did you mean workflow?");
  expect(told("waiting")).toContain("did you mean retry?");
  expect(told("sort")).toContain("insert_time?");
  expect(told("input.device")).toBe(
    'is no searchable input of any workflow; none are (a definition names its own in "searchable")',
  );
});

test("what is no status, limit or cursor is refused", async () => {
  await using server = await apiServer();
  const id = "0123456789abcdef01234567";
  const cursors = ["", "MTIz", cursorOf(`1700000000000.${"g".repeat(24)}`), `${cursorOf(`1700000000000.${id}`)}=`];
  const limits = ["0", "-1", "1.5", "", "1&limit=2", "NaN", "0x10", " 5"];
  const queries = [
    ...cursors.map((cursor) => `cursor=${cursor}`),
    ...limits.map((limit) => `limit=${encodeURI(limit)}`),
    "status=",
    "status=constructor",
    "workflow=a&workflow=b",
  ];
  for (const query of queries) expect((await send(`${server.url}/api/v1/jobs?${query}`)).status, query).toBe(400);
});

function cursorOf(text: string): string {
  return Buffer.from(text).toString("base64url");
}
