import { expect, test } from "vitest";
import type { TaskKind } from "../../../src/tasks/kind.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";

const kindOf = (type: string): TaskKind => ({
  type,
  schema: {},
  failures: { codes: [], groups: {}, statusCodes: false },
  check: (spec) => ({ spec, warnings: [] }),
  run: async () => ({ kind: "interrupted" }),
});

test("kinds are found by the type that definitions name", () => {
  const http = kindOf("http");
  expect(taskKinds([http, kindOf("cli")]).get("http")).toBe(http);
});

test("two kinds of one type are a bug", () => {
  expect(() => taskKinds([kindOf("http"), kindOf("http")])).toThrow("same type");
});
