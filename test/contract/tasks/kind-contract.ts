import { getEventListeners } from "node:events";
import { Compile } from "typebox/schema";
import { expect, test } from "vitest";
import { DefinitionError } from "../../../src/model/errors.ts";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../src/model/json.ts";
import type { AttemptContext, TaskKind } from "../../../src/tasks/kind.ts";
import { render } from "../../../src/template/render.ts";
import type { Scope } from "../../../src/template/template.ts";
import { eventually } from "../../support/eventually.ts";
import { attemptContext } from "../../support/worker/attempt-context.ts";

/** What the suite needs to know of a kind to hold it to the port's promises. */
export interface KindUnderTest extends AsyncDisposable {
  readonly kind: TaskKind;
  /** A part that succeeds at once. It holds `${workflow.input.text}` where it is seen in what is stored of the request. */
  readonly succeeds: JsonObject;
  /** A part that fails in a way that another attempt may not. */
  readonly fails: JsonObject;
  /** A part that runs until it is aborted. */
  readonly hangs: JsonObject;
  /** How many attempts run at the other end. */
  running(): number;
}

/** The promises of `TaskKind`, for every kind. */
export function describeKind(start: () => Promise<KindUnderTest>): void {
  function run(
    { kind }: KindUnderTest,
    part: JsonObject,
    text = "text",
    given?: Partial<AttemptContext>,
  ): Promise<Outcome> {
    const scope: Scope = { input: { text }, env: () => undefined, response: () => undefined };
    return kind.run(render(kind.check(part, "").spec, scope), attemptContext(given));
  }

  test("its schema takes what it takes and marks a misspelt field", async () => {
    await using under = await start();
    const schema = Compile(objectOf(under.kind.schema));
    for (const part of [under.succeeds, under.fails, under.hangs]) expect(schema.Check(part)).toBe(true);
    expect(schema.Check({ ...under.succeeds, misspelt: 1 })).toBe(false);
  });

  test("a checked part is plain data, equal for equal parts: jobs store it and definitions have a digest of it", async () => {
    await using under = await start();
    const { spec } = under.kind.check(under.succeeds, "/a");
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(under.kind.check(structuredClone(under.succeeds), "/b").spec).toEqual(spec);
  });

  test.for([null, 5, "text", [], {}])(
    "a part that is %j is refused with pointers that begin where it stands",
    async (part) => {
      await using under = await start();
      expect(problemsOf(under.kind, part).every((at) => at.startsWith("/tasks/0/it"))).toBe(true);
      expect(problemsOf(under.kind, part)).not.toHaveLength(0);
    },
  );

  test("an unknown field is refused, at its place", async () => {
    await using under = await start();
    expect(problemsOf(under.kind, { ...under.succeeds, misspelt: 1 })).toEqual(["/tasks/0/it/misspelt"]);
  });

  test("success tells what was asked and what came back", async () => {
    await using under = await start();
    const outcome = await run(under, under.succeeds);
    expect(outcome.kind).toBe("succeeded");
    expect(JSON.stringify(outcome)).toContain("text");
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });

  test("a failure is an outcome with a code, not an exception", async () => {
    await using under = await start();
    const outcome = await run(under, under.fails);
    expect(outcome).toMatchObject({
      kind: "failed",
      retryable: true,
      error: { code: expect.stringMatching(/^[a-z_]+$/) as string },
    });
  });

  test("a secret value is not in what is stored of the request", async () => {
    await using under = await start();
    const outcome = await run(under, under.succeeds, "the-secret", { secrets: ["the-secret"] });
    if (outcome.kind !== "succeeded") throw new Error(outcome.kind);
    expect(JSON.stringify(outcome.result.request)).toContain("***");
    expect(JSON.stringify(outcome.result.request)).not.toContain("the-secret");
  });

  test("an abort ends the attempt here and there, and what was asked is told", async () => {
    await using under = await start();
    const controller = new AbortController();
    const outcome = run(under, under.hangs, "text", { signal: controller.signal });
    await eventually("it runs", () => under.running() === 1);
    controller.abort();
    expect(await outcome).toMatchObject({ kind: "interrupted", result: { request: expect.anything() as unknown } });
    await eventually("it ended", () => under.running() === 0);
  });

  test("nothing begins after an abort", async () => {
    await using under = await start();
    const outcome = await run(under, under.succeeds, "text", { signal: AbortSignal.abort() });
    expect(outcome.kind).toBe("interrupted");
  });

  test("an attempt leaves nothing behind on its signal", async () => {
    await using under = await start();
    const { signal } = new AbortController();
    for (const part of [under.succeeds, under.fails]) await run(under, part, "text", { signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("attempts at a time do not mix", async () => {
    await using under = await start();
    const texts = Array.from({ length: 20 }, (_, index) => `text-${index}-`);
    const outcomes = await Promise.all(texts.map((text) => run(under, under.succeeds, text)));
    for (const [index, outcome] of outcomes.entries()) expect(JSON.stringify(outcome)).toContain(texts[index]);
  });
}

function objectOf(value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new Error("a schema is an object");
  return value;
}

function problemsOf(kind: TaskKind, part: JsonValue): string[] {
  try {
    kind.check(part, "/tasks/0/it");
    return [];
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems.map(({ at }) => at);
    throw error;
  }
}
