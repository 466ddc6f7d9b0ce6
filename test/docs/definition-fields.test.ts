import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { checkout } from "../support/product/checkout.ts";

interface Fields {
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Schema extends Fields {
  readonly $defs: Readonly<Record<string, Fields>>;
}

test("the guide to writing definitions names every field that a definition can have", async () => {
  const { stdout } = await promisify(execFile)(join(checkout, "bin/workflows"), ["schema"]);
  const { properties, $defs } = JSON.parse(stdout) as Schema;
  const fields = [{ properties }, ...Object.values($defs)].flatMap((part) => Object.keys(part.properties));
  const guide = await readFile(join(checkout, "docs/guides/writing-definitions.md"), "utf8");
  const named = new Set([...guide.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(fields.filter((field) => !named.has(field))).toEqual([]);
});
