import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCliKind } from "../../../../src/tasks/cli/cli-kind.ts";
import { defaultCliSettings } from "../../../../src/tasks/cli/settings.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { folderOfTest, shell } from "./commands.ts";

/** What a worker with that list says at its start of programs on it, by program. */
function warnings(allowedBinaries: readonly string[]): Record<string, string> {
  const log = new MemoryLog();
  createCliKind({ ...defaultCliSettings, allowedBinaries }).prepare(log);
  const about = log.lines.filter(({ fields }) => "binary" in fields);
  return Object.fromEntries(about.map(({ fields, message }) => [(fields as { binary: string }).binary, message]));
}

test("a worker warns of each program on its list that cannot run there, and of no other", async () => {
  const folder = await folderOfTest();
  const none = join(folder, "none");
  const plain = join(folder, "plain");
  const inside = join(plain, "none");
  await writeFile(plain, "#!/bin/sh\n", { mode: 0o644 });
  const told = warnings([shell, none, inside, folder, plain]);
  expect(told).toEqual({
    [none]: expect.stringMatching(/^allowed_binaries lists ".*none", which is not on this machine/) as string,
    [inside]: expect.stringContaining("not on this machine") as string,
    [folder]: expect.stringContaining("is no file") as string,
    [plain]: expect.stringContaining("may not execute") as string,
  });
  await chmod(plain, 0o755);
  expect(warnings([shell, plain])).toEqual({});
});
