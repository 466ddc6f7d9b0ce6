import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";

import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { eventually } from "../../../support/eventually.ts";
import { changeOf, entry } from "../../../support/jobs.ts";
import { sequence } from "../../../support/sample-workflow.ts";
import { stored } from "../../../support/store/fresh-store.ts";
import { dataOf, openEvents } from "../../../support/watch/event-source.ts";
import { type ApiServer, type ApiServerOptions, apiServer, greet, httpTask } from "../api-server.ts";
import { post, send } from "../http-client.ts";
import { sharedServer } from "../shared-server.ts";

const done: Outcome = { kind: "succeeded", result: { response: { statusCode: 200 } } };
const refused: Outcome = { kind: "failed", error: { code: "http_status", message: "no" }, retryable: false };

const workflows = [greet({ root: sequence(httpTask("0", "first"), httpTask("1", "second")) })];

function serverOfTwoTasks(more: ApiServerOptions = {}): Promise<ApiServer> {
  return apiServer({ workflows, ...more });
}

async function start({ url }: ApiServer): Promise<string> {
  return ((await post(`${url}/api/v1/workflow/greet`, { name: "Ada" })).json as { id: string }).id;
}

async function history({ url }: ApiServer, id: string): Promise<{ type: string }[]> {
  return ((await send(`${url}/api/v1/jobs/${id}/history`)).json as { history: { type: string }[] }).history;
}

function eventsOf({ url }: ApiServer, id: string): string {
  return `${url}/api/v1/jobs/${id}/events`;
}

/** By more than sockets hold. */
async function growHistory({ store }: ApiServer, id: string): Promise<void> {
  const reason = "x".repeat(5000);
  for (let commits = 0; commits < 2; commits++) {
    const job = await stored(store, id);
    const paused = Array.from({ length: 500 }, (_, index) => entry("job_paused", { fence: index, reason }));
    await store.jobs.commit([changeOf(job, { history: paused })]);
  }
}

/** A client that takes the first kilobytes of all this, and no more. */
async function stuckWatcher(server: ApiServer, id: string): Promise<Socket> {
  await growHistory(server, id);
  const socket = connect({ host: "127.0.0.1", port: server.port });
  socket.on("error", () => undefined); // it is cut off
  const answers: ServerResponse[] = [];
  const onRequest = (message: unknown): void =>
    void answers.push((message as { readonly response: ServerResponse }).response);
  subscribe("http.server.request.start", onRequest);
  socket.write(`GET /api/v1/jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await once(socket, "readable");
  unsubscribe("http.server.request.start", onRequest);
  let before = 0;
  await eventually("nothing more can be written", () => {
    const isStuck = answers[0]?.writableNeedDrain === true && answers[0].socket?.bytesWritten === before;
    before = answers[0]?.socket?.bytesWritten ?? 0;
    return isStuck;
  });
  return socket;
}

test("every transition of a job comes as it happens, as the history shows it; the end comes last, and then the stream is over", async () => {
  await using server = await serverOfTwoTasks();
  const id = await start(server);
  await using stream = await openEvents(eventsOf(server, id));
  expect(stream.status).toBe(200);
  expect(stream.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(stream.headers.get("cache-control")).toBe("no-store");
  expect(await stream.next()).toMatchObject({ type: "job_started", id: "0.0" });
  await server.finishNextTask(done);
  expect(dataOf(await stream.next())).toMatchObject({ type: "task_completed", task: "first", path: "0" });
  await server.finishNextTask(refused);
  const rest = await stream.rest();
  const entries = (await history(server, id)).slice(2);
  expect(rest.slice(0, -1).map(({ type }) => type)).toEqual(entries.map(({ type }) => type));
  expect(rest.slice(0, -1).map(dataOf)).toEqual(entries);
  const end = rest.at(-1);
  expect(end?.type).toBe("end");
  const { jobs } = (await send(`${server.url}/api/v1/jobs`)).json as { jobs: unknown[] };
  expect(dataOf(end)).toEqual(jobs[0]);
  expect(dataOf(end)).toMatchObject({ id, state: "failed", error: { code: expect.any(String) } });
});

test("a client goes on exactly behind what it has, at any server that hears nothing of the others", async () => {
  await using server = await serverOfTwoTasks();
  await using other = await serverOfTwoTasks({ at: server.place });
  const id = await start(server);
  await server.finishNextTask(done);
  await server.finishNextTask(done);
  const whole = await (await openEvents(eventsOf(server, id))).rest();
  expect(whole.map(({ type }) => type)).toEqual([...(await history(server, id)).map(({ type }) => type), "end"]);
  for (const [index, event] of whole.slice(0, -1).entries()) {
    expect(await (await openEvents(eventsOf(other, id), event.id)).rest()).toEqual(whole.slice(index + 1));
    const query = `${eventsOf(other, id)}?last_event_id=${event.id}`;
    expect(await (await openEvents(query)).rest()).toEqual(whole.slice(index + 1));
  }
  const first = whole[0]?.id ?? "";
  const both = await openEvents(`${eventsOf(other, id)}?last_event_id=${first}`, whole.at(-2)?.id);
  expect(await both.rest(), "the header is newer than the address").toEqual(whole.slice(-1));
});

test("behind the end there is nothing, and a browser is told to stay away; until the job goes on", async () => {
  await using server = await serverOfTwoTasks();
  const id = await start(server);
  await server.finishNextTask(refused);
  const before = await (await openEvents(eventsOf(server, id))).rest();
  const end = before.at(-1)?.id;
  const over = await openEvents(eventsOf(server, id), end);
  expect([over.status, await over.rest()]).toEqual([204, []]);
  await post(`${server.url}/api/v1/jobs/${id}/retry`, {});
  await using more = await openEvents(eventsOf(server, id), end);
  expect(await more.next()).toMatchObject({ type: "job_retried" });
  await server.finishNextTask(done);
  await server.finishNextTask(done);
  const rest = await more.rest();
  expect(rest.map(({ type }) => type)).toEqual(["task_completed", "task_completed", "job_completed", "end"]);
  expect(dataOf(rest.at(-1))).toMatchObject({ id, state: "completed" });
  const late = await (await openEvents(eventsOf(server, id), end)).rest();
  expect(late.map(({ type }) => type)).toEqual(["job_retried", ...rest.map(({ type }) => type)]);
});

test("a long history of a job that has not ended comes as a whole", async () => {
  await using server = await serverOfTwoTasks();
  const id = await start(server);
  const commits = 200;
  const { version, ...job } = await stored(server.store, id);
  for (let at = 0; at < commits; at++)
    await server.store.jobs.commit([changeOf({ ...job, version: version + at }, { history: [entry("job_paused")] })]);
  await using stream = await openEvents(eventsOf(server, id));
  for (let at = 0; at <= commits; at++) expect(await stream.next()).toMatchObject({ id: `${at}.0` });
});

test("what another server commits is seen though no hint tells of it", async () => {
  await using server = await serverOfTwoTasks();
  await using other = await serverOfTwoTasks({ at: server.place });
  const id = await start(server);
  await using stream = await openEvents(eventsOf(server, id));
  await stream.next();
  await other.finishNextTask(done);
  expect(await stream.next()).toMatchObject({ type: "task_completed" });
  await other.finishNextTask(done);
  expect((await stream.rest()).map(({ type }) => type)).toEqual(["task_completed", "job_completed", "end"]);
});

test("a job that is deleted while it is watched ends the stream, and says that it is gone", async () => {
  await using server = await apiServer({ workflows: [greet({ ephemeral: true })] });
  await using other = await apiServer({ workflows: [greet({ ephemeral: true })], at: server.place });
  for (const runner of [server, other]) {
    const id = await start(server);
    await using stream = await openEvents(eventsOf(server, id));
    await stream.next();
    await runner.finishNextTask(done);
    expect((await stream.rest()).map((event) => [event.type, dataOf(event)])).toEqual([
      ["end", expect.objectContaining({ id, state: "completed", status: "done", removed: true })],
    ]);
    expect((await openEvents(eventsOf(server, id))).status).toBe(404);
  }
});

test("while nothing happens, comments keep the connection alive", async () => {
  await using server = await serverOfTwoTasks({ settings: { heartbeatMs: 20 } });
  const id = await start(server);
  await using stream = await openEvents(eventsOf(server, id));
  await stream.next();
  const later = stream.next();
  await eventually("three comments came", () => stream.text().split("\n:\n").length > 3);
  await server.finishNextTask(done);
  expect(await later).toMatchObject({ type: "task_completed" });
});

test("a server that stops ends its streams, and the client goes on elsewhere", async () => {
  const server = await serverOfTwoTasks();
  await using other = await serverOfTwoTasks({ at: server.place });
  const id = await start(server);
  const stream = await openEvents(eventsOf(server, id));
  const seen = await stream.next();
  const stopped = server.stop();
  expect(await stream.rest()).toEqual([]);
  await stopped;
  await other.finishNextTask(refused);
  const rest = await (await openEvents(eventsOf(other, id), seen?.id)).rest();
  expect(rest.map(({ type }) => type)).toEqual(["task_failed", "job_failed", "end"]);
  await server[Symbol.asyncDispose]();
});

test("a server that stops does not wait for a client that reads nothing", async () => {
  await using server = await serverOfTwoTasks();
  const socket = await stuckWatcher(server, await start(server));
  let isStopped = false;
  void server.stop().then(() => (isStopped = true));
  await eventually("the server has stopped", () => isStopped);
  socket.destroy();
});

test("a client that takes nothing for too long is cut off, and makes room", async () => {
  const settings = { heartbeatMs: 20, stalledMs: 1000, maxWatchers: 1 };
  await using server = await serverOfTwoTasks({ settings });
  const id = await start(server);
  const socket = await stuckWatcher(server, id);
  await using next = await eventually("there is room", async () => {
    const stream = await openEvents(eventsOf(server, id));
    return stream.status === 200 && stream;
  });
  expect(await next.next()).toMatchObject({ type: "job_started" });
  socket.destroy();
});

test("watchers beyond the bound are refused, and one that goes away makes room", async () => {
  await using server = await serverOfTwoTasks({ settings: { maxWatchers: 2 } });
  const id = await start(server);
  const first = await openEvents(eventsOf(server, id));
  await using second = await openEvents(`${server.url}/api/v1/jobs/events`);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(await send(eventsOf(server, id))).toMatchObject({ status: 503, json: { code: "overloaded" } });
  expect(await send(`${server.url}/api/v1/jobs/events`)).toMatchObject({ status: 503 });
  await first[Symbol.asyncDispose]();
  await using third = await eventually("there is room", async () => {
    const stream = await openEvents(eventsOf(server, id));
    return stream.status === 200 && stream;
  });
  expect(await third.next()).toMatchObject({ type: "job_started" });
});

test("a client that reads nothing for a while gets everything when it reads, in order and once", async () => {
  await using server = await serverOfTwoTasks();
  const id = await start(server);
  await growHistory(server, id);
  const socket = connect({ host: "127.0.0.1", port: server.port });
  socket.pause();
  socket.write(`GET /api/v1/jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await server.finishNextTask(refused);
  let text = "";
  socket.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  socket.resume();
  await once(socket, "close");
  const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, written]) => written);
  const expected = (await server.store.search.steps(id, 0, 1000))?.flatMap((list, at) =>
    list.map((_, index) => `${at}.${index}`),
  );
  expect(ids).toEqual([...(expected ?? []), `${expected?.at(-1)}.end`]);
});

const unwatched = sharedServer({ workflows });

test.each([
  ["an id of an event that never was", "/api/v1/jobs/ID/events?last_event_id=last", 400, "invalid_request"],
  ["two of them", "/api/v1/jobs/ID/events?last_event_id=0.0&last_event_id=0.1", 400, "invalid_request"],
  ["a parameter that nobody knows", "/api/v1/jobs/ID/events?last_event=0.0", 400, "invalid_request"],
  ["a job that is not there", "/api/v1/jobs/0123456789abcdef01234567/events", 404, "job_not_found"],
  ["an id that is none", "/api/v1/jobs/x/events", 404, "job_not_found"],
  ["a filter that nobody knows", "/api/v1/jobs/events?statsu=failed", 400, "invalid_request"],
  ["a mark that can be none", "/api/v1/jobs/events?last_event_id=%0A", 400, "invalid_request"],
  ["a mark that is none", "/api/v1/jobs/events?last_event_id=never", 400, "invalid_request"],
])("%s is refused", async (_what, path, status, code) => {
  const server = unwatched();
  const id = await start(server);
  expect(await send(`${server.url}${path.replace("ID", id)}`)).toMatchObject({ status, json: { code } });
});

test("HEAD says what GET would answer with, and watches nothing", async () => {
  await using server = await serverOfTwoTasks({ settings: { maxWatchers: 1 } });
  const id = await start(server);
  await using only = await openEvents(eventsOf(server, id));
  expect(only.status).toBe(200);
  expect(await send(eventsOf(server, id), { method: "HEAD" })).toMatchObject({
    status: 200,
    headers: { "content-type": "text/event-stream; charset=utf-8" },
    text: "",
  });
  expect(await send(eventsOf(server, "0123456789abcdef01234567"), { method: "HEAD" })).toMatchObject({ status: 404 });
  expect(await send(`${server.url}/api/v1/jobs/events`, { method: "HEAD" })).toMatchObject({ status: 200 });
});
