import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { Overloaded } from "../../../../src/model/errors.ts";
import type { Store } from "../../../../src/store/store.ts";
import { eventually } from "../../../support/eventually.ts";
import { type ApiServer, apiServer, greet } from "../api-server.ts";
import { type HttpAnswer, post, send } from "../http-client.ts";

type Member = { readonly id?: string; readonly name?: string; readonly error?: string; readonly code?: string };

function batch(server: ApiServer, body: unknown, headers = {}, query = ""): Promise<HttpAnswer> {
  return post(`${server.url}/api/v1/workflow/greet/batch${query}`, body, headers);
}

async function jobCount({ store }: ApiServer): Promise<number> {
  return (await store.search.find({ limit: 200 })).jobs.length;
}

test("POST .../batch answers 201 and, in order, a job for each input, or why it has none", async () => {
  await using server = await apiServer({ workflows: [greet({ inputParameters: ["name", "age"] })] });
  const answer = await batch(server, [
    { name: "Ada", age: 36 },
    { first: 1 },
    7,
    { name: "Bob", age: { "a/b": [1e300] } },
    null,
    [],
    { name: "Eve", age: "" },
  ]);
  expect(answer.status).toBe(201);
  const members = answer.json as readonly Member[];
  const started = { id: expect.stringMatching(/^[0-9a-f]{24}$/), name: "greet" };
  const noObject = (what: string, at: string) => {
    const message = `a JSON object is needed, this is ${what}`;
    const error = `Unable to parse the input parameters: ${message}`;
    return { error, code: "invalid_body", details: [{ at, message }] };
  };
  expect(members).toEqual([
    started,
    {
      error: "Missing input parameters: [name age]",
      code: "missing_input_parameters",
      details: [
        { at: "/1", message: expect.stringContaining('"name"') },
        { at: "/1", message: expect.stringContaining('"age"') },
      ],
    },
    noObject("a number", "/2"),
    started,
    noObject("null", "/4"),
    noObject("an array", "/5"),
    started,
  ]);
  for (const [index, input] of [
    [0, { name: "Ada", age: 36 }],
    [6, { name: "Eve", age: "" }],
  ] as const) {
    const { json } = await send(`${server.url}/api/v1/jobs/${members[index]?.id}`);
    const shown = Object.entries(input).map(([name, value]) => ({ name, value }));
    expect(json).toMatchObject({ status: "pending", inputParameters: shown });
  }
  expect(await jobCount(server)).toBe(3);
});

test("a mistake inside of an input is told with its place in the whole body", async () => {
  await using server = await apiServer();
  const answer = await batch(
    server,
    String.raw`[{"name":"Ada"},{"name":{"a/b":[1,"\ud800"]}},{"name":1,"__proto__":{}},{"name":1e400}]`,
  );
  expect(answer.status).toBe(201);
  const message = expect.any(String) as unknown;
  expect(answer.json).toMatchObject([
    { name: "greet" },
    { code: "invalid_body", details: [{ at: "/1/name/a~1b/1", message }] },
    { code: "invalid_body", details: [{ at: "/2/__proto__", message }] },
    { code: "invalid_body", details: [{ at: "/3/name", message }] },
  ]);
});

test("what is no JSON array is refused whole, before the workflow is looked up; an empty array starts nothing", async () => {
  await using server = await apiServer();
  for (const body of ["", "{", "[{}", '{"name":1}', "null", "7", `${"[".repeat(3000)}${"]".repeat(3000)}`]) {
    const answer = await post(`${server.url}/api/v1/workflow/unknown/batch`, body);
    expect(answer.status, body.slice(0, 20)).toBe(400);
    expect(answer.json).toMatchObject({
      error: expect.stringMatching(/^Unable to parse the input parameters: ./),
      code: "invalid_body",
    });
  }
  const unknown = await post(`${server.url}/api/v1/workflow/unknown/batch`, []);
  expect(unknown.status).toBe(404);
  expect(unknown.json).toMatchObject({ error: "Workflow not found", code: "workflow_not_found" });
  const empty = await batch(server, []);
  expect([empty.status, empty.json]).toEqual([201, []]);
  expect(await jobCount(server)).toBe(0);
});

test("brackets inside of texts are no nesting", async () => {
  await using server = await apiServer();
  const answer = await batch(server, [{ name: `"\\${"[{".repeat(5000)}` }, { name: '\\"[' }]);
  expect(answer.json).toMatchObject([{ name: "greet" }, { name: "greet" }]);
});

test("a batch may be larger than one input; each of its inputs may not", async () => {
  await using server = await apiServer({ settings: { maxBatchBytes: 3_000_000 } });
  const answer = await batch(server, [{ name: "x".repeat(900_000) }, { name: "y".repeat(1_100_000) }, { name: "z" }]);
  expect(answer.status).toBe(201);
  expect(answer.json).toMatchObject([{ name: "greet" }, { code: "input_too_large" }, { name: "greet" }]);
  const tooLarge = await batch(server, [{ name: "x".repeat(3_000_000) }]);
  expect(tooLarge.status).toBe(413);
  expect(tooLarge.json).toMatchObject({ code: "input_too_large" });
  const tooMany = await batch(server, `[${"{},".repeat(10_000)}{}]`);
  expect(tooMany.status).toBe(413);
  expect(tooMany.json).toMatchObject({ code: "input_too_large", error: expect.stringContaining("10001") });
  expect(await jobCount(server)).toBe(2);
});

test("after, priority and X-Workflows-Min-Version hold for all of a batch, and mistakes in them refuse it whole", async () => {
  await using server = await apiServer();
  const answer = await batch(
    server,
    [{ name: 1 }, { name: 2 }],
    { "x-workflows-min-version": "4" },
    "?after=600&priority=8",
  );
  for (const { id } of answer.json as readonly Member[]) {
    const job = await server.store.jobs.get(id ?? "");
    expect(job).toMatchObject({ status: "pending", priority: 8 });
    expect(job?.readyAt).toBeGreaterThan(Date.now() + 500_000);
  }
  expect((await batch(server, [{ name: 1 }], { "x-workflows-min-version": "5" })).status).toBe(404);
  expect((await batch(server, [{ name: 1 }], { "x-workflows-min-version": "new" })).status).toBe(400);
  expect((await batch(server, [{ name: 1 }], {}, "?priority=10")).status).toBe(400);
  expect((await batch(server, [{ name: 1 }], {}, "?aftr=10")).status).toBe(400);
  expect(await jobCount(server)).toBe(2);
});

test("a batch that is repeated under its Idempotency-Key answers the same ids, and starts nothing", async () => {
  await using server = await apiServer();
  const headers = { "idempotency-key": "nightly 7" };
  const body = Array.from({ length: 20 }, (_, index) => ({ name: index % 2 }));
  const first = await batch(server, body, headers);
  expect(first.headers["idempotency-replayed"]).toBeUndefined();
  const second = await batch(server, body, headers);
  expect(second.status).toBe(201);
  expect(second.headers["idempotency-replayed"]).toBe("true");
  expect(second.json).toEqual((first.json as Member[]).map((member) => ({ ...member, replayed: true })));
  const longer = await batch(server, [...body, { name: "new" }], headers);
  expect(longer.headers["idempotency-replayed"]).toBeUndefined();
  expect(await jobCount(server)).toBe(21);
  const other = await batch(server, [{ name: "other" }, { name: 1 }], headers);
  expect(other.json).toMatchObject([{ code: "idempotency_conflict" }, { name: "greet", replayed: true }]);
  expect(await jobCount(server)).toBe(21);
});

test("a store that has too much to do refuses the whole batch with 503, and nothing of it is stored", async () => {
  const disturb = (store: Store): Store => {
    const insert = async (): Promise<never> => {
      throw new Overloaded("The store has more to write than it can in time", 2500);
    };
    return { ...store, jobs: { ...store.jobs, insert } };
  };
  await using server = await apiServer({ disturb });
  const answer = await batch(server, [{ name: 1 }, {}]);
  expect(answer.status).toBe(503);
  expect(answer.headers["retry-after"]).toBe("3");
  expect(answer.json).toMatchObject({ code: "overloaded" });
  expect(await jobCount(server)).toBe(0);
});

test("of many batches at once some are refused before their bodies are read, and when those are done, others are taken", async () => {
  const { promise: held, resolve: free } = Promise.withResolvers<void>();
  const disturb = (store: Store): Store => {
    const insert: Store["jobs"]["insert"] = async (jobs) => {
      await held;
      return store.jobs.insert(jobs);
    };
    return { ...store, jobs: { ...store.jobs, insert } };
  };
  await using server = await apiServer({ disturb });
  const refused: HttpAnswer[] = [];
  const answers = Array.from({ length: 12 }, async () => {
    const answer = await batch(server, [{ name: 1 }]);
    if (answer.status === 503) refused.push(answer);
    return answer;
  });
  await eventually("four are refused", () => refused.length === 4);
  for (const { json, headers } of refused) {
    expect(json).toMatchObject({ code: "overloaded" });
    expect(headers["retry-after"]).toBe("1");
  }
  free();
  const statuses = (await Promise.all(answers)).map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([...Array(8).fill(201), ...Array(4).fill(503)]);
  expect((await batch(server, [{ name: 1 }])).status).toBe(201);
});

test("batches whose clients went away count until their jobs are stored", async () => {
  const { promise: held, resolve: free } = Promise.withResolvers<void>();
  let inserts = 0;
  const disturb = (store: Store): Store => {
    const insert: Store["jobs"]["insert"] = async (jobs) => {
      inserts += 1;
      if (inserts <= 8) await held;
      return store.jobs.insert(jobs);
    };
    return { ...store, jobs: { ...store.jobs, insert } };
  };
  await using server = await apiServer({ disturb });
  const clients = Array.from({ length: 8 }, () => sendingClient(server, '[{"name":1}]'));
  await eventually("eight are being stored", () => inserts === 8);
  for (const socket of clients) socket.destroy();
  await eventually("the server has seen that they are gone", async () => (await server.connections()) === 0);
  expect(await batch(server, [{ name: 1 }])).toMatchObject({ status: 503, json: { code: "overloaded" } });
  free();
  await eventually("others are taken", async () => (await batch(server, [{ name: 1 }])).status === 201);
  expect(await jobCount(server), "of those that went away too").toBe(9);
});

test("batches that never arrived whole count no more when their clients have gone away", async () => {
  await using server = await apiServer();
  const clients = Array.from({ length: 8 }, () => sendingClient(server, '[{"name"', 12));
  await eventually("eight are arriving", async () => (await batch(server, [])).status === 503);
  for (const socket of clients) socket.destroy();
  await eventually("others are taken", async () => (await batch(server, [])).status === 201);
  expect(await jobCount(server)).toBe(0);
});

/** Sends a batch, or the beginning of one, and never reads. */
function sendingClient({ port }: ApiServer, body: string, length = body.length): Socket {
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(`POST /api/v1/workflow/greet/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`);
  socket.write(body);
  return socket;
}

test("the path of a batch takes POST alone: it is no job called batch", async () => {
  await using server = await apiServer();
  for (const method of ["GET", "HEAD", "PUT"] as const) {
    const answer = await send(`${server.url}/api/v1/workflow/greet/batch`, { method });
    expect([answer.status, answer.headers["allow"]], method).toEqual([405, "POST"]);
  }
  const counts = await send(`${server.url}/api/v1/jobs/counts`, { method: "DELETE" });
  expect([counts.status, counts.headers["allow"]]).toEqual([405, "GET, HEAD"]);
});
