import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { menderSchema } from "../../../src/definitions/mender/schema.ts";
import { snippetsOf } from "../../docs/snippet.ts";
import { definition, kinds, load, withTask } from "./definition-files.ts";

async function compiled(document: object) {
  const { definitions, problems } = await load({ "w.json": JSON.stringify(document) });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const [first] = definitions;
  if (first === undefined) throw new Error("nothing was compiled");
  return first.workflow;
}

async function firstTask(document: object) {
  const { root } = await compiled(document);
  const [task] = root.kind === "sequence" ? root.children : [];
  return task;
}

test("what a definition leaves out has the original's defaults", async () => {
  const { tasks } = definition();
  expect(await compiled({ name: "greet", tasks })).toMatchObject({
    version: 1,
    description: "",
    inputParameters: [],
    optionalParameters: [],
    secretParameters: [],
    topic: "default",
    ephemeral: false,
    root: {
      kind: "sequence",
      children: [{ kind: "task", path: "0", name: "call", type: "http", requires: [], whenLost: "retry" }],
    },
  });
});

/** As the original's YAML has them: in small letters. */
function inSmallLetters(document: object): object {
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]))
      : value,
  ) as object;
}

test("fields count in whatever case they are written: the original reads YAML in small letters only", async () => {
  const undo = { type: "http", http: { uri: "http://service/", readTimeOut: 500 }, retryDelaySeconds: 1, retries: 1 };
  const document = {
    ...withTask(
      { retries: 3, retryDelaySeconds: 2, whenLost: "fail", totalTimeout: 60, undo },
      { contentType: "text/plain", body: "x", statusCodes: [201], connectionTimeOut: 700 },
    ),
    ...{
      schemaVersion: 1,
      optionalParameters: ["colour"],
      secretParameters: ["colour"],
      backoff: { maxDelaySeconds: 9 },
    },
    ...{ retries: 2, maxRunning: 4 },
  };
  const expected = await compiled(document);
  const { definitions, problems } = await load({ "w.yaml": JSON.stringify(inSmallLetters(document)) });
  expect(problems).toEqual([]);
  expect(definitions[0]?.workflow).toEqual(expected);
});

test.each([
  [
    "a task's field",
    { ...definition(), tasks: [{ Name: "call", Type: "http", HTTP: { uri: "ftp://a" } }] },
    "/tasks/0/HTTP/uri",
  ],
  ["the tasks", { ...definition({ tasks: undefined }), Tasks: [{ name: "call", type: "htp" }] }, "/Tasks/0/type"],
  ["a list", { ...definition({ inputParameters: undefined }), inputparameters: [""] }, "/inputparameters/0"],
  ["a field that is there twice", { ...definition(), Version: 2 }, "/Version"],
  ["the dialect", definition({ schemaversion: 2 }), "/schemaVersion"],
])("a mistake in %s is told where it is written", async (_what, document, at) => {
  const { definitions, problems } = await load({ "w.json": JSON.stringify(document) });
  expect(definitions).toEqual([]);
  expect(problems).toMatchObject([{ severity: "error", at }]);
});

test("JSON to send keeps its keys in the order of the file, those that look like numbers too", async () => {
  const body = '{"10": {"b": 1, "a": 2}, "9": [{"2": 1, "1": 2}], "x": 0}';
  const ofFile = (name: string) =>
    load({
      [name]: `{"name": "w", "tasks": [{"name": "t", "type": "http", "http": {"uri": "http://a/", "json": ${body}}}]}`,
    });
  for (const name of ["w.json", "w.yaml"]) {
    const { definitions } = await ofFile(name);
    const root = definitions[0]?.workflow.root;
    const [node] = root?.kind === "sequence" ? root.children : [];
    const text = JSON.stringify(node?.kind === "task" && node.spec);
    expect(text.match(/"(?:10|9|x|b|a|2|1)",\{/g)).toEqual(
      ["10", "b", "a", "9", "2", "1", "x"].map((key) => `"${key}",{`),
    );
  }
});

test("a job is retried by itself where its definition says how often, and else its model says nothing of it", async () => {
  expect(await compiled(definition({ retries: 2, retryDelaySeconds: 60, backoff: { factor: 4 } }))).toMatchObject({
    retry: { kind: "exponential", retries: 2, delayMs: 60_000, factor: 4, maxMs: 60_000 },
  });
  const { problems, definitions } = await load({ "w.json": JSON.stringify(definition({ retryDelaySeconds: 60 })) });
  expect(definitions[0]?.workflow).not.toHaveProperty("retry");
  expect(problems).toMatchObject([
    { severity: "warning", at: "/retryDelaySeconds", message: expect.stringContaining("the workflow has no retries") },
  ]);
});

test("an undo is a task of its own: with its own policies, and what any task brought", async () => {
  const http = { uri: "http://service/${later.json.id}/${call.json.id}", method: "DELETE" };
  const undo = { type: "http", http, retries: 2, retryDelaySeconds: 1, timeout: 3, whenLost: "fail" };
  const later = { name: "later", type: "http", http: { uri: "http://service/" } };
  const node = await firstTask(
    definition({ tasks: [{ name: "call", type: "http", http: { uri: "http://service/" }, undo }, later] }),
  );
  expect(node).toMatchObject({
    path: "0",
    undo: {
      kind: "task",
      path: "undo:0",
      name: "undo call",
      retry: { kind: "fixed", retries: 2, delayMs: 1000 },
      timeoutMs: 3000,
      whenLost: "fail",
    },
  });
  expect(await firstTask(definition())).not.toHaveProperty("undo");
});

test("the workflow after a failure is kept by its name", async () => {
  expect(await compiled(definition({ onFailure: "alert" }))).toMatchObject({ onFailure: "alert" });
  expect(await compiled(definition())).not.toHaveProperty("onFailure");
});

test("the digest names the content, not how it is written", async () => {
  const one = await compiled(definition());
  const { tasks, ...rest } = definition();
  const other = await load({ "w.yaml": JSON.stringify({ tasks, ...rest }, null, 4) });
  expect(other.definitions[0]?.workflow.digest).toBe(one.digest);
  expect((await compiled(definition({ description: "x" }))).digest).not.toBe(one.digest);
});

test("a delay that the definition names is fixed; without one, retries back off", async () => {
  expect(await firstTask(withTask({ retries: 3, retryDelaySeconds: 0.5 }))).toMatchObject({
    retry: { kind: "fixed", retries: 3, delayMs: 500 },
  });
  expect(await firstTask(withTask({ retries: 3 }))).toMatchObject({
    retry: { kind: "exponential", retries: 3, delayMs: 1000, factor: 2, maxMs: 60_000 },
  });
});

test.each([
  ["by its defaults", { backoff: {} }, { delayMs: 1000, factor: 2, maxMs: 60_000 }],
  [
    "as it says",
    { retryDelaySeconds: 0.5, backoff: { factor: 1.5, maxDelaySeconds: 8, jitter: false } },
    { delayMs: 500, factor: 1.5, maxMs: 8000, jitter: false },
  ],
  [
    "from a first delay over the default maximum",
    { retryDelaySeconds: 300, backoff: { jitter: true } },
    { delayMs: 300_000, factor: 2, maxMs: 300_000 },
  ],
])("with a backoff the delay grows, %s", async (_how, task, policy) => {
  const node = await firstTask(withTask({ retries: 3, ...task }));
  expect(node?.kind === "task" && node.retry).toEqual({ kind: "exponential", retries: 3, ...policy });
});

test.each(["retry", "fail"])("a task may say what follows the loss of its worker: %s", async (whenLost) => {
  expect(await firstTask(withTask({ whenLost }))).toMatchObject({ whenLost });
});

test("the time-outs of a task are in seconds", async () => {
  const node = await firstTask(withTask({ timeout: 1.5, totalTimeout: 3600 }));
  expect(node).toMatchObject({ timeoutMs: 1500, totalTimeoutMs: 3_600_000 });
});

test("retryOn names codes, groups of codes and status codes", async () => {
  const retryOn = ["timeout", "body_timeout", "tls_failed", 503, "429", "5xx"];
  const node = await firstTask(withTask({ retries: 3, retryDelaySeconds: 1, retryOn }));
  expect(node?.kind === "task" && node.retry.on).toEqual({
    codes: ["connect_timeout", "response_timeout", "body_timeout", "attempt_timeout", "tls_failed"],
    statusCodes: [
      { from: 503, to: 503 },
      { from: 429, to: 429 },
      { from: 500, to: 599 },
    ],
  });
});

test("a definition without policies compiles to what it always did", async () => {
  const node = await firstTask(withTask({ retries: 3, retryDelaySeconds: 1 }));
  expect(node?.kind === "task" && node.retry).toEqual({ kind: "fixed", retries: 3, delayMs: 1000 });
});

test("the overall time-out is in seconds", async () => {
  expect(await compiled(definition({ timeout: 1.5 }))).toMatchObject({ timeoutMs: 1500 });
  expect(await compiled(definition({ maxRunning: 3, priority: 9 }))).toMatchObject({ maxRunning: 3, priority: 9 });
});

const validates = new Ajv2020({ strict: false }).compile(menderSchema(kinds));

test("editors' schema takes the examples", async () => {
  const file = new URL("../../../examples/workflows/decommission_device.json", import.meta.url);
  expect(validates(JSON.parse(await readFile(file, "utf8"))), JSON.stringify(validates.errors)).toBe(true);
});

test.each<[what: string, document: object, valid: boolean]>([
  ["a plain definition", definition(), true],
  [
    "all fields",
    definition({
      description: "d",
      schemaVersion: 1,
      topic: "t",
      ephemeral: true,
      optionalParameters: ["o"],
      secretParameters: ["device_id"],
      searchable: ["o"],
      timeout: 5,
      retries: 3,
      retryDelaySeconds: 1,
      backoff: { factor: 3 },
      onFailure: "alert",
    }),
    true,
  ],
  [
    "a task with all fields",
    withTask({
      retries: 1,
      retryDelaySeconds: 2,
      backoff: { factor: 3, maxDelaySeconds: 60, jitter: false },
      retryOn: ["connection", "http_status", 429, "503", "5xx"],
      whenLost: "fail",
      timeout: 0.5,
      totalTimeout: 60,
      requires: ["${workflow.input.device_id}"],
      undo: {
        type: "http",
        http: { uri: "http://service/${call.json.id}", method: "DELETE" },
        retries: 2,
        timeout: 1,
        requires: ["${call.json.id}"],
      },
    }),
    true,
  ],
  ["a time-out of nothing", withTask({ timeout: 0 }), false],
  ["a cap and a priority", definition({ maxRunning: 1, priority: 1 }), true],
  ["a cap of nothing", definition({ maxRunning: 0 }), false],
  ["a priority of ten", definition({ priority: 10 }), false],
  ["a time over all attempts of nothing", withTask({ totalTimeout: 0 }), false],
  ["an attempt of more than a week", withTask({ timeout: 604_801 }), false],
  ["another fate of lost tasks", withTask({ whenLost: "ignore" }), false],
  ["a misspelt failure", withTask({ retries: 1, retryOn: ["time-outs"] }), false],
  ["a status that there is not", withTask({ retries: 1, retryOn: [600] }), false],
  ["a class of statuses that there is not", withTask({ retries: 1, retryOn: ["6xx"] }), false],
  ["no failure at all", withTask({ retries: 1, retryOn: [] }), false],
  ["an unknown field of a backoff", withTask({ retries: 1, backoff: { base: 2 } }), false],
  ["a factor that makes delays shorter", withTask({ retries: 1, backoff: { factor: 0.5 } }), false],
  ["a backoff that is no object", withTask({ retries: 1, backoff: true }), false],
  ["an unknown field", definition({ nme: "x" }), false],
  ["a reserved name", definition({ name: "search" }), false],
  ["no tasks", definition({ tasks: [] }), false],
  ["too many retries", withTask({ retries: 256 }), false],
  ["too many retries of a job", definition({ retries: 256 }), false],
  ["no name of a workflow after a failure", definition({ onFailure: "a/b" }), false],
  ["a job's retryOn", definition({ retries: 1, retryOn: ["5xx"] }), false],
  ["an undo of an undo", withTask({ undo: { type: "http", http: { uri: "http://s/" }, undo: {} } }), false],
  ["an undo without its part", withTask({ undo: { type: "http" } }), false],
  ["an unknown type", withTask({ type: "htpp" }), false],
  ["no part", definition({ tasks: [{ name: "a", type: "http" }] }), false],
  ["a part with an unknown field", withTask({}, { metod: "PUT" }), false],
  ["the other dialect", definition({ schemaVersion: 2 }), false],
])("schema and validator agree on %s", async (_what, document, valid) => {
  const { problems } = await load({ "w.json": JSON.stringify(document) });
  expect(!problems.some(({ severity }) => severity === "error")).toBe(valid);
  expect(validates(JSON.parse(JSON.stringify(document)))).toBe(valid);
});

test("the definitions in the reference of policies load as they are printed, and their rows stand in tables", async () => {
  const text = await readFile("docs/reference/policies.md", "utf8");
  const documents = snippetsOf(text)
    .filter(({ language }) => language === "json")
    .map((snippet) => JSON.parse(snippet.text) as Record<string, unknown>)
    .map((document) => ("tasks" in document ? document : definition({ tasks: [document] })));
  expect(documents.length).toBeGreaterThan(3);
  for (const document of documents) {
    const { problems } = await load({ "w.json": JSON.stringify(document) });
    expect(problems, String(document["name"])).toEqual([]);
  }
  expect(text).not.toMatch(/\n\n\|.*\|\n(?!\|)/);
});
