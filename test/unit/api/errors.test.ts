import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { errorTable } from "../../../src/api/errors.ts";

const reference = new URL("../../../docs/reference/errors.md", import.meta.url);

test("the reference lists exactly the errors that there are, with their status and text", async () => {
  const rows = (await readFile(reference, "utf8")).matchAll(/^\| `(\w+)` \| (\d+) \| (.+?) \| (.+) \|$/gm);
  const documented = [...rows].map(([, code, status, message, explained]) => ({ code, status, message, explained }));
  const listed = documented.map(({ code, status, message }) => [code, { status: Number(status), message }]);
  expect(Object.fromEntries(listed)).toEqual(errorTable);
  expect(listed).toHaveLength(Object.keys(errorTable).length);
  for (const { code, explained } of documented) expect(explained, code).toMatch(/\w.*\.$/);
});
