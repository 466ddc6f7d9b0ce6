import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { tempFolder } from "../../support/temp-folder.ts";
import { command } from "../commands/command.ts";

const told = { NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "loaded-packages.ts")).href}` };

test("whoever uses the embedded store does not wait for MongoDB's driver to load, nor for NATS's client before a task publishes", async () => {
  await using folder = await tempFolder();
  const withNats = { ...told, WORKFLOWS_NATS_URI: "nats://h" };
  const embedded = await command(["migrate"], { cwd: folder.path, env: withNats });
  expect(embedded).toMatchObject({ code: 0, stderr: expect.stringMatching(/^loaded: $/m) });
  const env = { ...told, WORKFLOWS_MONGO_URL: "mongodb://h/?noSuchOption=1" };
  const mongodb = await command(["migrate"], { cwd: folder.path, env });
  expect(mongodb).toMatchObject({ code: 3, stderr: expect.stringMatching(/^loaded: bson mongodb$/m) });
});
