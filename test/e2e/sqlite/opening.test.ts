import { expect, test } from "vitest";
import { tempFolder } from "../../support/temp-folder.ts";
import { command } from "../commands/command.ts";

test("a store that cannot be opened ends with 3", async () => {
  await using folder = await tempFolder();
  const { code, stderr } = await command(["standalone", "--sqlite-path", "no/such/folder/w.db"], { cwd: folder.path });
  expect(stderr).toContain("no/such/folder");
  expect(code).toBe(3);
});
