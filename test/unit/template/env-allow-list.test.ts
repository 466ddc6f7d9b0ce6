import { expect, test } from "vitest";
import { envAllowList } from "../../../src/template/env-allow-list.ts";

test.each([
  ["INVENTORY_ADDR", true],
  ["_ADDR", true],
  ["HAVE_AUDITLOGS", true],
  ["HAVE_", true],
  ["EXACT", true],
  ["A1B2C", true],
  ["ABC", true],
  ["PATH", false],
  ["INVENTORY_ADDRESS", false],
  ["NOT_HAVE_IT", false],
  ["have_it", false],
  ["EXACTLY", false],
  ["AC", false],
  ["AB", false],
  ["", false],
])("%j may be seen: %s", (name, allowed) => {
  expect(envAllowList(["*_ADDR", "HAVE_*", "EXACT", "A*B*C"])(name)).toBe(allowed);
});

test("pieces of a pattern do not share characters", () => {
  expect(envAllowList(["AB*BA"])("ABA")).toBe(false);
  expect(envAllowList(["A*BB*B"])("ABB")).toBe(false);
  expect(envAllowList(["*"])("ANY")).toBe(true);
  expect(envAllowList([])("ANY")).toBe(false);
});

test("a pattern made to be slow is not", () => {
  expect(envAllowList([`${"*A".repeat(2_000)}*B`])("A".repeat(100_000))).toBe(false);
});
