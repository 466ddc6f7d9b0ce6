import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempFolder } from "../../support/temp-folder.ts";
import { command } from "../commands/command.ts";

test("list-jobs of a file that is not there says so with exit code 3, and makes none", async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, "misspelt.db");
  const { code, stdout, stderr } = await command(["list-jobs", "--sqlite-path", file]);
  expect(stderr).toContain(`There is no store at ${file} (sqlite_path)`);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(existsSync(file)).toBe(false);
});
