import { expect, test } from "vitest";
import { type JobChange, type JobEvent, Workflows, WorkflowsApiError } from "../../../src/client/workflows.ts";
import { answering, breaking, json, refusal, streaming } from "./answering.ts";

const id = "0123456789abcdef01234567";
const quick = { retry: { firstDelayMs: 1, maxDelayMs: 5 } };

function entry(place: string, type: string): string {
  return `event: ${type}\nid: ${place}\ndata: {"type":"${type}"}\n\n`;
}

async function told(events: AsyncIterable<JobEvent>): Promise<string[]> {
  const all: string[] = [];
  for await (const event of events) all.push(event.kind === "end" ? `end ${event.job.state}` : event.entry.type);
  return all;
}

test("a watcher of a job is told each entry once and in order, however often and wherever the connection breaks", async () => {
  const end = `event: end\nid: 1.0.end\ndata: {"state":"completed"}\n\n`;
  const cut = entry("0.1", "b").slice(0, -3); // within the data of an event: it does not count
  await using server = await answering(
    breaking,
    refusal(503, "store_unavailable"),
    streaming(entry("0.0", "a") + cut, "breaks"),
    streaming(entry("0.1", "b"), "ends"), // a server that stops
    refusal(503, "overloaded", { "retry-after": "0" }),
    breaking,
    streaming(`: beat\n\n`, "breaks"),
    streaming(entry("1.0", "c") + end, "stays"),
  );
  const client = new Workflows({ url: server.url, token: "secret", ...quick });
  expect(await told(client.watch(id))).toEqual(["a", "b", "c", "end completed"]);
  expect(server.asked.map(({ headers }) => headers["last-event-id"])).toEqual([
    undefined,
    undefined,
    undefined,
    "0.0",
    "0.1",
    "0.1",
    "0.1",
    "0.1",
  ]);
  for (const { url, headers } of server.asked) {
    expect(url).toBe(`/api/v1/jobs/${id}/events`);
    expect(headers).toMatchObject({ accept: "text/event-stream", authorization: "Bearer secret" });
  }
});

test("who watches many jobs goes on from the place that the server gave last, and hears of a version once", async () => {
  const change = (mark: string, job: string, version: number) =>
    `event: job\nid: ${mark}\ndata: {"id":"${job}","revision":${version}}\n\n`;
  await using server = await answering(
    streaming("id: m0\n\n", "breaks"), // before anything happened
    streaming(`${change("m1", "x", 1)}${change("m2", "y", 1)}`, "breaks"),
    streaming(`${change("m2", "y", 1)}event: new\nid: m3\ndata: {}\n\n${change("m4", "x", 2)}`, "stays"),
  );
  const client = new Workflows({ url: server.url, ...quick });
  const changes: JobChange[] = [];
  for await (const heard of client.watch({ status: ["failed", "done"], input: { device: 7 } })) {
    changes.push(heard);
    if (changes.length === 3) break;
  }
  expect(changes.map((heard) => [heard.id, heard.job.id])).toEqual([
    ["m1", "x"],
    ["m2", "y"],
    ["m4", "x"],
  ]);
  expect(server.asked.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "m0", "m2"]);
  expect(server.asked[0]?.url).toBe("/api/v1/jobs/events?status=failed&status=done&input.device=7");
});

test("a connection from which nothing comes is opened anew", async () => {
  await using server = await answering((response, { headers }) => {
    if (headers["last-event-id"] === undefined) streaming(entry("0.0", "a"), "stays")(response);
    else response.writeHead(204).end();
  });
  const client = new Workflows({ url: server.url, ...quick });
  expect(await told(client.watch(id, { silenceMs: 50 }))).toEqual(["a"]);
  expect(server.asked.at(-1)?.headers["last-event-id"]).toBe("0.0");
});

test("what nobody but the caller can mend ends the watching; so does he who does not listen any more", async () => {
  const next = (url: string, signal?: AbortSignal) => new Workflows({ url, ...quick }).watch(id, { signal }).next();
  await using refusing = await answering(refusal(404, "job_not_found"));
  await expect(next(refusing.url)).rejects.toMatchObject({ code: "job_not_found", status: 404 });
  expect(refusing.asked).toHaveLength(1);

  await using other = await answering(json(200, {}));
  await expect(next(other.url)).rejects.toMatchObject({ code: "unexpected_answer" });
  await using closed = await answering(breaking);
  await expect(next(closed.url)).rejects.toThrow(/^Cannot reach http:\/\/127\.0\.0\.1:\d+: /);
  expect(closed.asked).toHaveLength(5);

  const stop = new AbortController();
  const left = Promise.withResolvers<void>();
  await using silent = await answering((response) => {
    response.on("close", () => left.resolve());
    streaming(entry("0.0", "a"), "stays")(response);
  });
  const events = new Workflows({ url: silent.url }).watch(id, { signal: stop.signal });
  expect(await events.next()).toMatchObject({ value: { kind: "entry", id: "0.0" } });
  const pending = events.next();
  stop.abort(new RangeError("enough"));
  await expect(pending).rejects.toThrow(RangeError);
  await left.promise;

  const other2 = Promise.withResolvers<void>();
  await using watched = await answering((response) => {
    response.on("close", () => other2.resolve());
    streaming(entry("0.0", "a"), "stays")(response);
  });
  for await (const event of new Workflows({ url: watched.url }).watch(id)) if (event.kind === "entry") break;
  await other2.promise;
});

test("an event that is no JSON is an error, not a silence", async () => {
  await using server = await answering(streaming("event: job_started\ndata: {\n\n", "stays"));
  await expect(new Workflows({ url: server.url }).watch(id).next()).rejects.toThrow(WorkflowsApiError);
});
