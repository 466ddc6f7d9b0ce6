import { MongoClient } from "mongodb";
import { test } from "vitest";
import { closedPort } from "../../support/mongo/closed-port.ts";
import { freshDatabase } from "../../support/mongo/fresh-database.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { command } from "../commands/command.ts";
import { service } from "../commands/service.ts";
import { helloIn } from "./hello-workflow.ts";

test.concurrent.for(["standalone", "server", "worker", "migrate"])(
  "%s on a database that does not answer ends with one line and 3",
  async (name, { expect }) => {
    await using folder = await tempFolder();
    const address = await closedPort();
    const env = { WORKFLOWS_MONGO_URL: `mongodb://u:hunter2@${address}/?serverSelectionTimeoutMS=1000` };
    const { code, stdout, stderr } = await command([name], { cwd: folder.path, env });
    expect(stderr).toMatch(new RegExp(`^workflows: MongoDB at ${address}: nothing listens there .*\n$`));
    expect(stderr).not.toContain("hunter2");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  },
);

test.concurrent("an address that is none ends with one line and 3 too", async ({ expect }) => {
  await using folder = await tempFolder();
  const env = { WORKFLOWS_MONGO_URL: "mongodb://u:hunter2/x@h" };
  const { code, stdout, stderr } = await command(["worker"], { cwd: folder.path, env });
  expect(stderr).toMatch(/^workflows: MongoDB at mongodb:\/\/\*\*\*@h: mongo-url is not a usable address.*\n$/);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});

test.concurrent("migrate makes collections, indexes and the bus of the configured size, and no bus where that is off", async ({
  expect,
  onTestFinished,
}) => {
  await using folder = await tempFolder();
  for (const bus of ["on", "off"]) {
    const fresh = freshDatabase();
    onTestFinished(() => fresh[Symbol.asyncDispose]());
    const env = {
      WORKFLOWS_MONGO_URL: fresh.uri,
      WORKFLOWS_MONGO_DBNAME: fresh.database,
      WORKFLOWS_BUS: bus,
      WORKFLOWS_BUS_SIZE: "2MiB",
    };
    const { code, stdout } = await command(["migrate", "--json"], { cwd: folder.path, env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ store: expect.stringMatching(`/${fresh.database}$`), migrated: true });
    const client = new MongoClient(fresh.uri);
    const found = await client.db(fresh.database).listCollections({}, { nameOnly: false }).toArray();
    await client.close();
    expect(found.map(({ name }) => name)).toContain("jobs_status");
    const jobs = found.find(({ name }) => name === "jobs");
    if (bus === "off") expect(jobs).toBeUndefined();
    else expect(jobs?.options).toMatchObject({ capped: true, size: 2 * 1024 ** 2 });
  }
});

test.concurrent("with the bus off, server and worker still do their work", async (context) => {
  const { expect, onTestFinished } = context;
  await using folder = await tempFolder();
  const fresh = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const env = { WORKFLOWS_MONGO_URL: fresh.uri, WORKFLOWS_MONGO_DBNAME: fresh.database, WORKFLOWS_BUS: "off" };
  using server = await service(["server", "--workflows-path", await helloIn(folder.path, context)], folder.path, env);
  using worker = await service(["worker"], folder.path, { ...env, WORKFLOWS_POLL: "100ms" });
  expect(worker.ready["store"]).toBe(server.ready["store"]);
  const options = ["--server", server.url, "--wait", "60"];
  const { code, stdout } = await command(["run", "hello", "--json", ...options], { cwd: folder.path });
  expect(JSON.parse(stdout)).toMatchObject({ status: "done" });
  expect(code).toBe(0);
});
