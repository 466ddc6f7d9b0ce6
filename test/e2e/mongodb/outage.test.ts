import { MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startMongod } from "../../support/mongo/replica-set.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { service } from "../commands/service.ts";
import { helloIn } from "./hello-workflow.ts";

test("while the database is down there is 503 with Retry-After; when it is back, everything goes on by itself", async () => {
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
  using running = await service(["standalone", "--workflows-path", await helloIn(folder.path)], folder.path, env);
  expect(running.ready["store"]).toBe(`mongodb://${host}/workflows`);
  const start = () => fetch(`${running.url}/api/v1/workflow/hello`, { method: "POST", body: "{}" });
  const statusOf = async (id: string) => {
    const response = await fetch(`${running.url}/api/v1/jobs/${id}`);
    return response.status === 200 ? ((await response.json()) as { status: string }).status : response.status;
  };
  const first = (await (await start()).json()) as { id: string };
  await eventually("the first job is done", async () => (await statusOf(first.id)) === "done");

  await member.stop("SIGKILL");
  const refused = await start();
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({
    error: expect.any(String),
    code: expect.stringMatching(/store_unavailable|overloaded/),
  });
  expect((await fetch(`${running.url}/api/v1/health`)).status).toBe(503);
  expect(await statusOf(first.id)).toBe(503);

  await member.restart();
  const again = await eventually("a start is taken again", async () => {
    const response = await start();
    return response.status === 201 ? ((await response.json()) as { id: string }) : undefined;
  });
  await eventually("its job is done", async () => (await statusOf(again.id)) === "done");
  await eventually("it is healthy", async () => (await fetch(`${running.url}/api/v1/health`)).status === 204);

  running.kill("SIGTERM");
  expect(await running.exited).toEqual([0, null]);
  expect(JSON.stringify(running.lines())).not.toContain("hunter2");
});

/** The first user of a server needs no login. */
async function createUser(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  await client.db("admin").command({ createUser: "root", pwd: "hunter2", roles: ["root"] });
  await client.close();
}
