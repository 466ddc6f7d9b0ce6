import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Workflows, WorkflowsApiError, WorkflowsConnectionError } from "../../../src/client/workflows.ts";
import { closedPort } from "../../support/mongo/closed-port.ts";
import { type Answering, answering, breaking, json, refusal, streaming } from "./answering.ts";

const quick = { retry: { attempts: 4, firstDelayMs: 1, maxDelayMs: 50 } };
/** By its members also a job: the answer to any of the calls below. */
const greeted = { id: "1", name: "greet", success: true, workflowName: "greet", status: "pending", tasks: [] };
const started = json(201, greeted, { "idempotency-replayed": "true" });

function keysOf({ asked }: Answering): unknown[] {
  return [...new Set(asked.map(({ headers }) => headers["idempotency-key"]))];
}

test("a start whose answer is lost is sent again under the same key, a bounded number of times", async () => {
  await using server = await answering(breaking, refusal(503, "store_unavailable"), json(502, "<html>"), started);
  const client = new Workflows({ url: server.url, ...quick });
  const options = { after: new Date(0), priority: 9, minVersion: 3, wait: 2 };
  expect(await client.start("a/b", { name: "Ada" }, options)).toEqual({ id: "1", name: "greet", replayed: true });
  expect(server.asked).toHaveLength(4);
  expect(keysOf(server)).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  expect(server.asked[3]).toMatchObject({
    method: "POST",
    url: "/api/v1/workflow/a%2Fb?wait=2&after=1970-01-01T00%3A00%3A00.000Z&priority=9",
    headers: { "content-type": "application/json", "x-workflows-min-version": "3" },
    body: '{"name":"Ada"}',
  });

  await using broken = await answering(breaking);
  await expect(new Workflows({ url: broken.url, ...quick }).start("greet")).rejects.toThrow(WorkflowsConnectionError);
  expect(broken.asked).toHaveLength(4);
});

test("what may have been done is not asked for again: starts without a key, and what changes a job", async () => {
  const calls = [
    (client: Workflows) => client.start("greet", {}, { idempotencyKey: false }),
    (client: Workflows) => client.jobs.cancel("1", { reason: "wrong" }),
    (client: Workflows) => client.jobs.tell("1", "paid"),
  ];
  for (const call of calls) {
    for (const unsure of [breaking, refusal(503, "store_unavailable"), refusal(500, "internal")]) {
      await using server = await answering(unsure);
      await expect(call(new Workflows({ url: server.url, ...quick }))).rejects.toThrow(/Cannot reach|It is/);
      expect(server.asked).toHaveLength(1);
      expect(server.asked[0]?.headers["idempotency-key"]).toBeUndefined();
    }
    // With this code the server says that it did not take the request.
    await using server = await answering(refusal(503, "overloaded", { "retry-after": "0" }), started);
    await call(new Workflows({ url: server.url, ...quick }));
    expect(server.asked).toHaveLength(2);
  }
});

test("a server that asks for a longer rest than the client has patience for is not asked again", async () => {
  await using server = await answering(refusal(503, "overloaded", { "retry-after": "60" }));
  const error: unknown = await new Workflows({ url: server.url, ...quick }).jobs
    .get("1")
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "overloaded", status: 503, retryAfterMs: 60_000, message: "It is overloaded" });
  expect(server.asked).toHaveLength(1);
});

test("of a batch, what the server had no room for is started in further tries, and nothing is told as repeated that is not", async () => {
  const [a, b] = [
    { id: "1", name: "greet" },
    { id: "2", name: "greet" },
  ];
  const none = (code: string) => ({ error: "No", code, details: [] });
  await using server = await answering(
    json(201, [a, none("overloaded"), none("missing_input_parameters")]),
    json(201, [{ ...a, replayed: true }, b, none("missing_input_parameters")]),
  );
  const client = new Workflows({ url: server.url, ...quick });
  expect(await client.startMany("greet", [{}, {}, {}])).toEqual([a, b, none("missing_input_parameters")]);
  expect(server.asked).toHaveLength(2);
  expect(keysOf(server)).toHaveLength(1);
});

test("errors tell what the API tells, and of other answers that they are none of it", async () => {
  const details = [{ at: "/limit", message: "must be less" }];
  await using elsewhere = await answering(json(200, {}));
  await using server = await answering(
    json(400, { error: "Invalid query", code: "invalid_request", details }),
    json(200, { id: "1", ok: true }),
    (response) => response.writeHead(404).end("<html>nothing here</html>"),
    (response) => response.writeHead(200).end("<html>hello</html>"),
    (response) => response.writeHead(302, { location: elsewhere.url }).end(),
    json(503, { error: "not now" }),
  );
  const client = new Workflows({ url: server.url, retry: { attempts: 1 } });
  const error: unknown = await client.jobs.page({}, { limit: 900 }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowsApiError);
  expect(error).toMatchObject({ message: "Invalid query", code: "invalid_request", status: 400, details });
  await expect(client.jobs.get("1")).rejects.toMatchObject({ code: "unexpected_answer", status: 200 });
  await expect(client.jobs.get("1")).rejects.toMatchObject({ code: "unexpected_answer", status: 404 });
  await expect(client.jobs.get("1")).rejects.toMatchObject({ code: "unexpected_answer", status: 200 });
  await expect(client.jobs.get("1")).rejects.toThrow(WorkflowsConnectionError);
  const said = "not now";
  await expect(client.jobs.get("1")).rejects.toMatchObject({ code: "unexpected_answer", status: 503, said });
  expect(elsewhere.asked).toEqual([]); // a token follows no redirect
});

test("whatever answers 200 is not taken for a server", async () => {
  await using other = await answering(json(200, { ok: true }));
  const client = new Workflows({ url: other.url, ...quick });
  const calls = [
    client.start("greet"),
    client.startMany("greet", [{}]),
    client.jobs.page(),
    client.jobs.count(),
    client.jobs.history("1"),
    client.jobs.explain("1"),
    client.jobs.cancel("1"),
    client.jobs.bulk("cancel", { all: true }),
    client.workflows.list(),
    client.workflows.get("greet"),
    client.workflows.definition("greet", 1),
    client.workflows.put({}),
    client.workers.list(),
    client.queue(),
  ];
  const ended = await Promise.allSettled(calls);
  for (const one of ended)
    expect(one).toMatchObject({ status: "rejected", reason: { code: "unexpected_answer", status: 200 } });
  expect(other.asked).toHaveLength(calls.length); // nothing is asked for again
});

test("a token stands in one header and nowhere else", async () => {
  const token = "wf_very-secret";
  const shown: unknown[] = [];
  const quoting = (url: string, init: RequestInit) => {
    shown.push(url);
    expect(new Headers(init.headers).get("authorization")).toBe(`Bearer ${token}`);
    return Promise.reject(new TypeError(`Bearer ${token} is odd`, { cause: new Error(`${token} in ${url}`) }));
  };
  const client = new Workflows({ url: "http://127.0.0.1:9/behind/", token, fetch: quoting, retry: { attempts: 1 } });
  shown.push(await client.jobs.get("1").catch((thrown: unknown) => thrown), client);
  shown.push(
    await client
      .watch("1")
      .next()
      .catch((thrown: unknown) => thrown),
  );
  expect(shown[0]).toBe("http://127.0.0.1:9/behind/api/v1/jobs/1");
  for (const odd of [`${token}\n`, `${token} `, "", `${token}ä`])
    try {
      shown.push(new Workflows({ url: "http://h", token: odd }));
    } catch (error) {
      shown.push(error);
    }
  for (const url of [`http://user:${token}@h`, `http://h/?token=${token}`, `ftp://${token}`])
    try {
      shown.push(new Workflows({ url }));
    } catch (error) {
      shown.push(error);
    }
  expect(shown.filter((thrown) => thrown instanceof TypeError)).toHaveLength(7);
  expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain(token);
});

test("a call ends when it takes too long, and when the caller wants it to", async () => {
  await using server = await answering(() => undefined);
  const impatient = new Workflows({ url: server.url, timeoutMs: 30, retry: { attempts: 1 } });
  await expect(impatient.jobs.get("1")).rejects.toThrow("did not answer within 30 ms");
  const stop = new AbortController();
  const call = new Workflows({ url: server.url }).jobs.get("1", { signal: stop.signal });
  stop.abort(new RangeError("enough"));
  await expect(call).rejects.toThrow(RangeError);
  await expect(new Workflows({ url: server.url }).jobs.get("1", { signal: stop.signal })).rejects.toThrow(RangeError);
});

test("why there is no answer is told, for programs too", async () => {
  const failureOf = async (url: string) =>
    await new Workflows({ url, timeoutMs: 30, retry: { attempts: 1 } }).jobs
      .get("1")
      .catch((thrown: unknown) => thrown);
  const nobody = `http://${await closedPort()}/behind`;
  const message = `Cannot reach ${nobody}: nothing listens there`;
  expect(await failureOf(nobody)).toMatchObject({ code: "not_reached", message });
  await using silent = await answering(() => undefined);
  expect(await failureOf(silent.url)).toMatchObject({ code: "timed_out" });
  await using broken = await answering(breaking);
  expect(await failureOf(broken.url)).toMatchObject({ code: "broken" });
});

test("no part of a path leads elsewhere", async () => {
  await using server = await answering(json(200, greeted));
  const client = new Workflows({ url: server.url });
  for (const id of ["", ".", ".."]) await expect(client.jobs.get(id)).rejects.toThrow(TypeError);
  await expect(client.start("greet", {}, { idempotencyKey: "a\nb" })).rejects.toThrow(TypeError);
  await client.jobs.get("../x?y#z");
  expect(server.asked.map(({ url }) => url)).toEqual(["/api/v1/jobs/..%2Fx%3Fy%23z"]);
});

test("a job that is gone is one that completed, where its start said that its end removes it", async () => {
  await using server = await answering(refusal(404, "job_not_found"));
  const client = new Workflows({ url: server.url });
  const start = { id: "1", name: "brief" };
  const ended = { id: "1", workflowName: "brief", status: "done", state: "completed", removed: true };
  expect(await client.wait({ ...start, ephemeral: true }, { mustComplete: true })).toEqual(ended);
  for (const other of [start, "1"]) await expect(client.wait(other)).rejects.toMatchObject({ code: "job_not_found" });
});

test("where a server has no room for a watcher, or does not know of watching, the job is asked for until it has ended", async () => {
  const job = (status: string) => json(200, { ...greeted, status, state: status });
  await using server = await answering(
    refusal(404, "route_not_found"),
    job("processing"),
    refusal(503, "overloaded", { "retry-after": "60" }),
    job("done"),
  );
  const client = new Workflows({ url: server.url });
  expect(await client.wait("1")).toMatchObject({ status: "done" });
  expect(server.asked).toHaveLength(4);
});

test("a wait whose connection broke, and for which there is no room any more, asks for the job", async () => {
  await using server = await answering((response, { url }) => {
    if (server.asked.length === 1) streaming("event: job_started\nid: 0.0\ndata: {}\n\n", "breaks")(response);
    else if (url.endsWith("/events")) refusal(503, "overloaded", { "retry-after": "0" })(response);
    else json(200, { ...greeted, status: "done", state: "completed" })(response);
  });
  const client = new Workflows({ url: server.url, ...quick });
  expect(await client.wait("1")).toMatchObject({ status: "done" });
  expect(server.asked).toHaveLength(3);
});
