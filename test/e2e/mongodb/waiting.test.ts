import { MongoClient } from "mongodb";
import { test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startMongod } from "../../support/mongo/replica-set.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { command } from "../commands/command.ts";
import { service } from "../commands/service.ts";
import { helloIn } from "./hello-workflow.ts";

// Each takes as long as the product is patient, and waits most of that time.

test.concurrent("while the database is down there is 503 with Retry-After; when it is back, everything goes on by itself", async (context) => {
  const { expect, onTestFinished } = context;
  await using folder = await tempFolder();
  const mongod = await startMongod({ standalone: true, args: ["--auth"] });
  onTestFinished(() => mongod.stop());
  const [member] = mongod.members;
  if (member === undefined) throw new Error("There is no server");
  const { host } = new URL(mongod.uri);
  await createUser(mongod.uri);

  const env = {
    WORKFLOWS_MONGO_URL: `mongodb://root:hunter2@${host}/`,
    WORKFLOWS_HEARTBEAT: "500ms",
    WORKFLOWS_LEASE: "2s",
  };
  using running = await service(
    ["standalone", "--workflows-path", await helloIn(folder.path, context)],
    folder.path,
    env,
  );
  expect(running.ready["store"]).toBe(`mongodb://${host}/workflows`);
  const start = () => fetch(`${running.url}/api/v1/workflow/hello`, { method: "POST", body: "{}" });
  const statusOf = async (id: string) => {
    const response = await fetch(`${running.url}/api/v1/jobs/${id}`);
    return response.status === 200 ? ((await response.json()) as { status: string }).status : response.status;
  };
  const first = (await (await start()).json()) as { id: string };
  await eventually("the first job is done", async () => (await statusOf(first.id)) === "done");

  await member.stop("SIGKILL");
  const health = () => fetch(`${running.url}/api/v1/health`);
  const [refused, unhealthy, read] = await Promise.all([start(), health(), statusOf(first.id)]);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({
    error: expect.any(String),
    code: expect.stringMatching(/store_unavailable|overloaded/),
  });
  expect(unhealthy.status).toBe(503);
  expect(read).toBe(503);

  await member.restart();
  const again = await eventually("a start is taken again", async () => {
    const response = await start();
    return response.status === 201 ? ((await response.json()) as { id: string }) : undefined;
  });
  await eventually("its job is done", async () => (await statusOf(again.id)) === "done");
  await eventually("it is healthy", async () => (await health()).status === 204);

  running.kill("SIGTERM");
  expect(await running.exited).toEqual([0, null]);
  expect(JSON.stringify(running.lines())).not.toContain("hunter2");
});

test.concurrent("a database that answers and takes no writes ends a start with one line and 3", async ({
  expect,
  onTestFinished,
}) => {
  await using folder = await tempFolder();
  const mongod = await startMongod();
  onTestFinished(() => mongod.stop());
  const env = { WORKFLOWS_MONGO_URL: mongod.uri };
  expect(await command(["migrate"], { cwd: folder.path, env })).toMatchObject({ code: 0 }); // nothing is left for the start to write
  const client = new MongoClient(mongod.uri);
  onTestFinished(() => client.close());
  await client.db("admin").command({ fsync: 1, lock: true });
  const { code, stderr } = await command(["worker"], {
    cwd: folder.path,
    env,
  });
  expect(stderr).toMatch(/^workflows: .*takes no writes.*\n$/);
  expect(code).toBe(3);
});

test.concurrent("migrate waits for indexes of a large collection for as long as they take, and says so", async ({
  expect,
  onTestFinished,
}) => {
  await using folder = await tempFolder();
  const mongod = await startMongod({ args: ["--setParameter", "enableTestCommands=1"] });
  onTestFinished(() => mongod.stop());
  const client = await new MongoClient(mongod.uri).connect();
  onTestFinished(() => client.close());
  const jobs = client.db("workflows").collection("jobs_status");
  await jobs.insertOne({ of: "the original" }); // indexes of what is empty are there at once
  const build = "hangAfterStartingIndexBuild";
  await client.db("admin").command({ configureFailPoint: build, mode: "alwaysOn" });
  const begun = performance.now();
  const migration = command(["migrate"], { cwd: folder.path, env: { WORKFLOWS_MONGO_URL: mongod.uri } });
  let ended = false;
  void migration.finally(() => (ended = true));
  // Longer than any other start may take, and than one try of a write.
  await eventually("the time of a start is over", () => ended || performance.now() - begun > 13_000, {
    withinMs: 20_000,
  });
  expect(ended, "given up").toBe(false);
  await client.db("admin").command({ configureFailPoint: build, mode: "off" });
  const { code, stderr } = await migration;
  expect(stderr).toMatch(/builds indexes/);
  expect(code).toBe(0);
  expect((await jobs.indexes()).map(({ name }) => name)).toContain("waiting");
});

/** The first user of a server needs no login. */
async function createUser(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  await client.db("admin").command({ createUser: "root", pwd: "hunter2", roles: ["root"] });
  await client.close();
}
