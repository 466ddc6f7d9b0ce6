import { expect, test } from "vitest";
import { Overloaded, StoreUnavailable } from "../../../../src/model/errors.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { Store } from "../../../../src/store/store.ts";
import { type ApiServer, apiServer, greet, httpTask } from "../api-server.ts";
import { type HttpAnswer, post, send } from "../http-client.ts";

const two = { kind: "sequence", children: [httpTask("0", "first"), httpTask("1", "second")] } as const;
const workflows = [greet({ root: two }), greet({ name: "other", digest: "other" })];
const failed: Outcome = { kind: "failed", error: { code: "http_status", message: "no" }, retryable: false };

interface Told {
  readonly done: number;
  readonly jobs: readonly string[];
  readonly refused: number;
  readonly refusals: readonly { readonly id: string; readonly code: string }[];
  readonly remain: number;
  readonly next: string | null;
}

async function started(server: ApiServer, jobs: number, workflow = "greet"): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < jobs; n += 1)
    ids.push(((await post(`${server.url}/api/v1/workflow/${workflow}`, { name: n })).json as { id: string }).id);
  return ids;
}

async function failing(server: ApiServer, jobs: number): Promise<string[]> {
  const ids = await started(server, jobs);
  for (let n = 0; n < jobs; n += 1) await server.finishNextTask(failed);
  return ids;
}

function bulk(server: Pick<ApiServer, "url">, action: string, body: object): Promise<HttpAnswer> {
  return post(`${server.url}/api/v1/jobs/bulk/${action}`, body);
}

async function told(server: Pick<ApiServer, "url">, action: string, body: object): Promise<Told> {
  const answer = await bulk(server, action, body);
  expect(answer).toMatchObject({ status: 200, json: { action } });
  return answer.json as Told;
}

async function stateOf(server: ApiServer, id: string): Promise<string> {
  const { status, json } = await send(`${server.url}/api/v1/jobs/${id}`);
  return status === 404 ? "gone" : (json as { state: string }).state;
}

function statesOf(server: ApiServer, ids: readonly string[]): Promise<string[]> {
  return Promise.all(ids.map((id) => stateOf(server, id)));
}

test("each action is done with all jobs that the filter picks, and with no other; each history says who did it and why", async () => {
  await using server = await apiServer({ workflows });
  const ids = await started(server, 3);
  const [other = ""] = await started(server, 1, "other");
  const filter = { workflow: "greet" };
  const steps = [
    ["pause", {}, "paused", "job_paused"],
    ["resume", {}, "pending", "job_resumed"],
    ["skip", { task: "first" }, "pending", "task_skipped"],
    ["cancel", { undo: false }, "terminated", "job_terminated"],
    ["retry", { newKey: true }, "pending", "job_retried"],
    ["cancel", {}, "terminated", "job_terminated"],
    ["restart", { version: 4 }, "pending", "job_restarted"],
    ["cancel", {}, "terminated", "job_terminated"],
    ["delete", {}, "gone", undefined],
  ] as const;
  for (const [action, more, state, tells] of steps) {
    const body = { filter, reason: `to ${action}`, ...more };
    const answer = await told(server, action, body);
    expect(answer, action).toMatchObject({ done: 3, refused: 0, remain: 0, next: null });
    expect(answer.jobs).toEqual(ids);
    expect(await statesOf(server, ids), action).toEqual([state, state, state]);
    if (tells === undefined) continue;
    const { json } = await send(`${server.url}/api/v1/jobs/${ids[1]}/history`);
    expect((json as { history: object[] }).history).toContainEqual(
      expect.objectContaining({ type: tells, by: "anonymous", reason: `to ${action}` }),
    );
  }
  expect(await stateOf(server, other)).toBe("pending");
});

test("a dry run says what would be touched, and touches nothing", async () => {
  await using server = await apiServer({ workflows });
  const ids = await started(server, 3);
  const answer = await told(server, "cancel", { filter: { status: "pending" }, limit: 2, dryRun: true });
  expect(answer).toMatchObject({ dryRun: true, done: 2, jobs: ids.slice(0, 2), refused: 0, remain: 1 });
  const refused = await told(server, "retry", { filter: { status: "pending" }, dryRun: true });
  expect(refused).toMatchObject({ done: 0, refused: 3, refusals: [{ code: "not_allowed_in_state" }, {}, {}] });
  for (const action of ["delete", "skip"]) {
    const none = await told(server, action, { all: true, dryRun: true, ...(action === "skip" && { task: "none" }) });
    expect(none, action).toMatchObject({ done: 0, refused: 3 });
  }
  await told(server, "cancel", { filter: { id_prefix: ids[0] } });
  expect(await told(server, "delete", { all: true, dryRun: true })).toMatchObject({
    done: 1,
    jobs: [ids[0]],
    refused: 2,
  });
  expect(await statesOf(server, ids)).toEqual(["terminated", "pending", "pending"]);
  const { json } = await send(`${server.url}/api/v1/jobs/${ids[1]}/history`);
  expect((json as { history: object[] }).history).toHaveLength(1);
});

test("calls go on where the one before ended, meet what refuses once, and none that came or failed again since", async () => {
  await using server = await apiServer({ workflows });
  const ids = await failing(server, 5);
  const [waiting = ""] = await started(server, 1);
  const all = { filter: { workflow: "greet" }, limit: 2 };
  const first = await told(server, "retry", all);
  expect(first).toMatchObject({ done: 2, jobs: ids.slice(0, 2), refused: 0, remain: 4, remainIsExact: false });
  await told(server, "cancel", { filter: { id_prefix: ids[0] } });
  const [later = ""] = await started(server, 1);
  await told(server, "cancel", { filter: { id_prefix: later } });
  const second = await told(server, "retry", { ...all, cursor: first.next });
  expect(second).toMatchObject({ done: 2, jobs: ids.slice(2, 4), remain: 2 });
  const third = await told(server, "retry", { ...all, cursor: second.next });
  expect(third).toMatchObject({ done: 1, jobs: [ids[4]], refused: 1, remain: 0, next: null });
  expect(third.refusals).toEqual([{ id: waiting, code: "not_allowed_in_state", error: expect.any(String) }]);
  expect(await statesOf(server, [ids[0] ?? "", later])).toEqual(["terminated", "terminated"]);
});

test("two servers that are asked for the same at once do it once with each job", async () => {
  await using server = await apiServer({ workflows });
  const ids = await failing(server, 40);
  const body = { filter: { workflow: "greet", status: "failed" } };
  const answers = await Promise.all([told(server, "retry", body), told(server, "retry", body)]);
  expect(answers.flatMap(({ jobs }) => jobs).toSorted()).toEqual(ids.toSorted());
  for (const id of ids.slice(0, 5)) {
    const { json } = await send(`${server.url}/api/v1/jobs/${id}/history`);
    const retried = (json as { history: { type: string }[] }).history.filter(({ type }) => type === "job_retried");
    expect(retried).toHaveLength(1);
  }
});

/** The store takes no commit from number `from` on, until it is healed. */
function refusingCommits(from: number) {
  let calls = 0;
  let isHealed = false;
  const disturb = (store: Store): Store => ({
    ...store,
    jobs: {
      ...store.jobs,
      commit: (commits) =>
        ++calls >= from && !isHealed
          ? Promise.reject(new Overloaded("Too much to write", 1000))
          : store.jobs.commit(commits),
    },
  });
  return { disturb, heal: () => void (isHealed = true) };
}

test("a store that takes no more stops the call, which says what was done; the next one does the rest, and nothing twice", async () => {
  const trouble = refusingCommits(15);
  await using server = await apiServer({ workflows, disturb: trouble.disturb });
  const ids = await started(server, 30);
  await told(server, "cancel", { filter: { id_prefix: ids[0] } });
  const all = { filter: { workflow: "greet" } };
  const first = await told(server, "cancel", all);
  expect(first).toMatchObject({ done: 13, refused: 1, stopped: { code: "overloaded" } });
  expect((await statesOf(server, ids)).filter((state) => state === "terminated")).toHaveLength(14);
  expect(await bulk(server, "cancel", { ...all, cursor: first.next })).toMatchObject({ status: 503 });
  trouble.heal();
  const second = await told(server, "cancel", { ...all, cursor: first.next });
  expect(second).toMatchObject({ done: 16, refused: 0, remain: 0, next: null });
  expect([...first.jobs, ...second.jobs].toSorted()).toEqual(ids.slice(1).toSorted());
});

test("a store that cannot be read any more in the middle leaves what was done told, and logged", async () => {
  let pages = 0;
  const unreadable = (store: Store): Store => ({
    ...store,
    search: {
      ...store.search,
      find: (query) => (++pages > 1 ? Promise.reject(new StoreUnavailable("No answer")) : store.search.find(query)),
    },
  });
  await using server = await apiServer({ workflows, disturb: unreadable });
  await started(server, 60);
  const answer = await told(server, "pause", { filter: { workflow: "greet" } });
  expect(answer).toMatchObject({ done: 50, stopped: { code: "store_unavailable" } });
  expect(server.logged).toContainEqual(
    expect.objectContaining({ message: "jobs changed in bulk", fields: expect.objectContaining({ done: 50 }) }),
  );
});

test("a cursor goes on with the action and the filter that it is of, and with nothing else", async () => {
  await using server = await apiServer({ workflows });
  await started(server, 3);
  const filter = { workflow: "greet" };
  const { next: cursor } = await told(server, "pause", { filter, limit: 1 });
  const others = [
    ["resume", { filter, cursor }],
    ["pause", { filter: { workflow: "other" }, cursor }],
    ["pause", { filter, cursor: `${cursor}x` }],
  ] as const;
  for (const [action, body] of others)
    expect(await bulk(server, action, body)).toMatchObject({ status: 400, json: { details: [{ at: "/cursor" }] } });
  expect(await told(server, "pause", { filter, cursor })).toMatchObject({ done: 2, next: null });
});

test("what a bulk call must be is said of every mistake, and nothing is done", async () => {
  await using server = await apiServer({ workflows });
  const ids = await started(server, 2);
  const mistakes: readonly (readonly [action: string, body: unknown, at: readonly string[]])[] = [
    ["cancel", {}, ["/filter"]],
    ["cancel", { filter: {} }, ["/filter"]],
    ["cancel", { filter: [] }, ["/filter"]],
    ["cancel", { filter: { input: {} } }, ["/filter"]],
    ["cancel", { filter: { stauts: "failed" } }, ["/filter/stauts"]],
    ["cancel", { filter: { status: "done" }, all: true }, ["/all"]],
    [
      "cancel",
      { all: "yes", limit: 1001, dryRun: 1, cursor: "x" },
      ["/filter", "/all", "/limit", "/dryRun", "/cursor"],
    ],
    ["cancel", { all: true, newKey: true, reson: "x" }, ["/newKey", "/reson"]],
    ["skip", { all: true }, ["/task"]],
    ["restart", { all: true, version: "1" }, ["/version"]],
  ];
  for (const [action, body, at] of mistakes) {
    const answer = await post(`${server.url}/api/v1/jobs/bulk/${action}`, body);
    expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, json: { code: "invalid_request" } });
    const details = (answer.json as { details: { at: string }[] }).details.map((detail) => detail.at);
    expect(details.toSorted()).toEqual(at.toSorted());
  }
  expect(await bulk(server, "cancle", { all: true })).toMatchObject({ status: 404 });
  expect(await statesOf(server, ids)).toEqual(["pending", "pending"]);
  expect(await told(server, "pause", { all: true })).toMatchObject({ done: 2 });
});
