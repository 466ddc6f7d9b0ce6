import { expect, test } from "vitest";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import type { JsonValue } from "../../../src/model/json.ts";
import type { TaskNode } from "../../../src/model/workflow.ts";
import type { AttemptContext, TaskKind } from "../../../src/tasks/kind.ts";
import { runAttempt } from "../../../src/tasks/run-attempt.ts";
import { compileText } from "../../../src/template/compile.ts";
import { RenderError } from "../../../src/template/render-error.ts";
import type { Scope } from "../../../src/template/template.ts";
import { attemptContext } from "../../support/worker/attempt-context.ts";

const done: Outcome = { kind: "succeeded", result: {} };

/** A kind at the edge: it notes what it was asked for, and answers as told. */
function notingKind(answer: () => Promise<Outcome> = async () => done) {
  const asked: { spec: JsonValue; attempt: AttemptContext }[] = [];
  const kind: TaskKind = {
    type: "noting",
    schema: {},
    failures: { codes: [], groups: {}, statusCodes: false },
    check: (spec) => ({ spec, warnings: [] }),
    run(spec, attempt) {
      asked.push({ spec, attempt });
      return answer();
    },
  };
  return { kind, asked };
}

function node(requires: string[], rest: Partial<TaskNode> = {}): TaskNode {
  return {
    ...{ kind: "task", path: "0", name: "a", type: "noting" },
    spec: { text: compileText("<${workflow.input.a}>", "", []), literal: 5 },
    requires: requires.map((text) => compileText(text, "", [])),
    retry: { kind: "fixed", retries: 0, delayMs: 0 },
    whenLost: "retry",
    ...rest,
  };
}

const scope: Scope = {
  input: { a: "x", empty: "", zero: 0 },
  env: (name) => ({ HAVE_IT: "1" })[name],
  response: () => undefined,
};

function context(signal = new AbortController().signal): AttemptContext {
  return attemptContext({ signal, secrets: ["s"] });
}

const enter = (): Promise<boolean> => Promise.resolve(true);

test("the kind gets the rendered part and the attempt's context", async () => {
  const { kind, asked } = notingKind();
  expect(await runAttempt(kind, node([]), scope, context(), () => undefined, enter)).toBe(done);
  expect(asked).toMatchObject([
    { spec: { text: "<x>", literal: 5 }, attempt: { idempotencyKey: "key", secrets: ["s"], atMostOnce: false } },
  ]);
});

test("the kind is told where a task may run at most once", async () => {
  const { kind, asked } = notingKind();
  await runAttempt(kind, node([], { whenLost: "fail" }), scope, context(), () => undefined, enter);
  expect(asked[0]?.attempt.atMostOnce).toBe(true);
});

test.for([
  { requires: ["${env.HAVE_IT}"], runs: true },
  { requires: ["${env.HAVE_IT}", "${workflow.input.zero}", "literal"], runs: true },
  { requires: ["${env.HAVE_NOT}"], runs: false },
  { requires: ["${workflow.input.empty}"], runs: false },
  { requires: [""], runs: false },
  { requires: ["${env.HAVE_IT}", "${workflow.input.missing}"], runs: false },
])("with requires $requires it runs: $runs", async ({ requires, runs }) => {
  const { kind, asked } = notingKind();
  const outcome = await runAttempt(kind, node(requires), scope, context(), () => undefined, enter);
  expect(asked).toHaveLength(runs ? 1 : 0);
  if (!runs)
    expect(outcome).toEqual({ kind: "skipped", reason: `requires/${requires.length - 1} rendered to the empty text` });
});

test("what cannot be rendered fails the task for good", async () => {
  const { kind, asked } = notingKind();
  const truncated: Scope = { ...scope, response: () => ({ body: '{"a": 1', truncated: true }) };
  const reading = node([], { spec: compileText("${b.json.a}", "", []) });
  const outcome = await runAttempt(kind, reading, truncated, context(), () => undefined, enter);
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "render_failed" } });
  expect(asked).toEqual([]);
});

test("a render error of the kind's own fails the task for good", async () => {
  const { kind } = notingKind(() => Promise.reject(new RenderError("no host")));
  expect(await runAttempt(kind, node([]), scope, context(), () => undefined, enter)).toEqual({
    kind: "failed",
    retryable: false,
    error: { code: "render_failed", message: "no host" },
  });
});

test.for([
  () => Promise.reject(new Error("bug with a secret in it")),
  () => {
    throw new Error("bug with a secret in it");
  },
])("a bug of the kind is told to the log, and fails the task without its text", async (answer) => {
  const { kind } = notingKind(answer);
  const bugs: unknown[] = [];
  const outcome = await runAttempt(kind, node([]), scope, context(), (bug) => bugs.push(bug), enter);
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "internal" } });
  expect(JSON.stringify(outcome)).not.toContain("secret");
  expect(bugs).toEqual([new Error("bug with a secret in it")]);
});

test("a long message is cut", async () => {
  const result = { request: { a: 1 } };
  const failing = (message: string): Outcome => ({
    kind: "failed",
    error: { code: "x", message },
    result,
    retryable: true,
  });
  const { kind } = notingKind(async () => failing("é".repeat(1_000_000)));
  const outcome = await runAttempt(kind, node([]), scope, context(), () => undefined, enter);
  expect(outcome).toEqual(failing(`${"é".repeat(1000)}... (cut: 2000000 bytes in all)`));
});

test("an attempt that was aborted before it began is interrupted", async () => {
  const { kind, asked } = notingKind();
  expect(await runAttempt(kind, node([]), scope, context(AbortSignal.abort()), () => undefined, enter)).toEqual({
    kind: "interrupted",
  });
  expect(asked).toEqual([]);
});

test("a kind that calls somebody waits until it may, and is not begun where it may not", async () => {
  const { kind, asked } = notingKind();
  const calling: TaskKind = { ...kind, target: () => "http://service" };
  const targets: (string | undefined)[] = [];
  const refused = (target: string | undefined): Promise<boolean> => Promise.resolve(targets.push(target) === 0);
  const outcome = await runAttempt(calling, node([]), scope, context(), () => undefined, refused);
  expect(outcome).toEqual({ kind: "interrupted" });
  expect(targets).toEqual(["http://service"]);
  expect(asked).toEqual([]);
});

/** Runs until its signal is aborted. */
function patientKind(then: Outcome = { kind: "interrupted" }): TaskKind {
  return {
    ...notingKind().kind,
    run: (_, { signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(then))),
  };
}

test("an attempt over its time-out is broken off and has failed, and may be repeated", async () => {
  expect(await runAttempt(patientKind(), node([], { timeoutMs: 5 }), scope, context(), () => undefined, enter)).toEqual(
    {
      kind: "failed",
      error: { code: "attempt_timeout", message: "the attempt took longer than 0.005 s (timeout)" },
      retryable: true,
    },
  );
});

test("what an attempt had brought when its time-out ended it is kept", async () => {
  const result = { request: { command: ["x"] }, response: { body: "before" } };
  const kind = patientKind({ kind: "interrupted", result });
  const outcome = await runAttempt(kind, node([], { timeoutMs: 5 }), scope, context(), () => undefined, enter);
  expect(outcome).toMatchObject({ kind: "failed", error: { code: "attempt_timeout" }, result });
});

test("an attempt that ends while it is broken off has ended as it says", async () => {
  expect(
    await runAttempt(patientKind(done), node([], { timeoutMs: 5 }), scope, context(), () => undefined, enter),
  ).toBe(done);
});

test("a worker that stops interrupts an attempt with a time-out too", async () => {
  const stop = new AbortController();
  const outcome = runAttempt(
    patientKind(),
    node([], { timeoutMs: 60_000 }),
    scope,
    context(stop.signal),
    () => undefined,
    enter,
  );
  await Promise.resolve(); // it may begin
  stop.abort();
  expect(await outcome).toEqual({ kind: "interrupted" });
});

test("whom an attempt calls is told as it is to who gives slots, and without what is secret to people", async () => {
  const { kind } = notingKind();
  const calling: TaskKind = { ...kind, target: () => "http://hunter22.service:8080" };
  const told: (string | undefined)[] = [];
  const noting = (...whom: (string | undefined)[]): Promise<boolean> => Promise.resolve(told.push(...whom) > 0);
  const secret = attemptContext({ secrets: ["hunter22"] });
  await runAttempt(calling, node([]), scope, secret, () => undefined, noting);
  expect(told).toEqual(["http://hunter22.service:8080", "http://***.service:8080"]);
});
