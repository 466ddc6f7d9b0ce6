import fc from "fast-check";
import { expect, test } from "vitest";
import { changesOf } from "../../../src/commands/diff/changes.ts";
import { inOrderOf } from "../../../src/commands/diff/in-order-of.ts";
import { diffLines } from "../../../src/commands/diff/lines.ts";

function shown(before: string, after: string): string {
  const marks = { same: " ", added: "+", removed: "-" };
  return diffLines([...before], [...after])
    .map(({ kind, line }) => marks[kind] + line)
    .join("");
}

test.each([
  ["abc", "abc", " a b c"],
  ["abc", "axc", " a-b+x c"],
  ["", "ab", "+a+b"],
  ["ab", "", "-a-b"],
  ["abcabba", "cbabac", "-a-b c+b a b-b a+c"],
])("from %j to %j", (before, after, text) => {
  expect(shown(before, after)).toBe(text);
});

const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });

test("whatever the texts, both can be read out of what differs, and no more than they is in it", () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const parts = diffLines(before, after);
      expect(parts.filter(({ kind }) => kind !== "added").map(({ line }) => line)).toEqual(before);
      expect(parts.filter(({ kind }) => kind !== "removed").map(({ line }) => line)).toEqual(after);
    }),
  );
});

test("texts that have nothing in common are replaced as a whole", () => {
  const before = Array.from({ length: 600 }, (_, index) => `before ${index}`);
  const after = Array.from({ length: 600 }, (_, index) => `after ${index}`);
  expect(diffLines(before, after).map(({ kind }) => kind)).toEqual([
    ...before.map(() => "removed"),
    ...after.map(() => "added"),
  ]);
});

test("members stand in the order of the other document, tasks beside those of their name, what is new behind", () => {
  const before = {
    name: "a",
    tasks: [
      { name: "x", type: "http" },
      { name: "y", type: "cli" },
    ],
  };
  const after = {
    tasks: [
      { type: "cli", name: "y" },
      { retries: 1, type: "http", name: "x" },
    ],
    more: 1,
    name: "a",
  };
  expect(JSON.stringify(inOrderOf(before, after))).toBe(
    JSON.stringify({
      name: "a",
      tasks: [
        { name: "y", type: "cli" },
        { name: "x", type: "http", retries: 1 },
      ],
      more: 1,
    }),
  );
});

test("a program is told each value that differs, by its place, with tasks known by their names", () => {
  const x = { name: "x", type: "http", http: { statusCodes: [200, 204] } };
  const y = { name: "y", type: "cli" };
  const z = { name: "z", type: "cli" };
  const before = { name: "a", version: 1, tasks: [x, y, z], topic: "slow" };
  const after = {
    version: 2,
    tasks: [y, { http: { statusCodes: [200] }, type: "http", name: "x" }, { name: "new" }],
    name: "a",
    "a/b": null,
  };
  expect(changesOf(before, after)).toEqual([
    { kind: "changed", at: "/version", before: 1, after: 2 },
    { kind: "removed", at: "/tasks/2", before: z },
    { kind: "moved", at: "/tasks/1", was: "/tasks/0" },
    { kind: "removed", at: "/tasks/0/http/statusCodes/1", before: 204 },
    { kind: "added", at: "/tasks/2", after: { name: "new" } },
    { kind: "removed", at: "/topic", before: "slow" },
    { kind: "added", at: "/a~1b", after: null },
  ]);
  expect(changesOf(before, Object.fromEntries(Object.entries(before).reverse()))).toEqual([]);
});
