import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, MongoClient } from "mongodb";
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startMongod } from "../support/mongo/replica-set.ts";
import { announced } from "../support/mongo/shared-server.ts";
import { checkout } from "../support/product/checkout.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { showJob, startJob } from "../support/workflows-api.ts";
import { startWorkflows, writeConfig } from "../support/workflows-process.ts";
import { snippetsOf } from "./snippet.ts";

const guide = "docs/guides/fleet.md";

async function documentedRole(): Promise<Document> {
  const snippets = snippetsOf(await readFile(join(checkout, guide), "utf8"));
  const role = snippets.find(({ use }) => use.kind === "file" && use.name === "role.json");
  if (role === undefined) throw new Error(`${guide} has no role.json any more`);
  return JSON.parse(role.text) as Document;
}

test("the role of the guide lets a fleet do all it does: make its collections, run jobs, replace a bus that was dropped", async ({
  skip,
}) => {
  const server = announced();
  if (server?.kind === "missing") skip(server.reason);
  await using mongod = await startMongod({ standalone: true, args: ["--auth"] });
  const { role, ...rights } = await documentedRole();
  const open = new MongoClient(mongod.uri); // nobody is known yet, so this machine may make the first user
  const root = { user: "root", pwd: "of the test" };
  await open.db("admin").command({ createUser: root.user, pwd: root.pwd, roles: ["root"] });
  await open.close();
  const admin = new MongoClient(mongod.uri, { auth: { username: root.user, password: root.pwd } });
  await using atEnd = new AsyncDisposableStack();
  atEnd.defer(() => admin.close());
  const database = admin.db("workflows");
  await database.command({ createRole: role as string, ...rights });
  await database.command({ createUser: "workflows", pwd: "p@ss:word", roles: [role] });

  await using folder = await tempFolder();
  const configPath = await writeConfig(folder.path, {
    "mongo-url": `${mongod.uri}?authSource=workflows`,
    mongo_username: "workflows",
    mongo_password: "p@ss:word",
    listen: "127.0.0.1:0",
    workflows_path: await failingWorkflow(folder.path),
    poll: "100ms",
    sweep: "100ms",
  });
  await using api = await startWorkflows("server", { configPath });
  await using worker = await startWorkflows("worker", { configPath });
  await endOf(api.url, "before");

  await database.collection("jobs").drop();
  await eventually("the bus is made anew", async () => {
    const [bus] = await database.listCollections({ name: "jobs" }).toArray();
    return bus !== undefined;
  });
  await endOf(api.url, "after");

  const refused = /not authorized|Unauthorized/i;
  expect(api.output()).not.toMatch(refused);
  expect(worker.output()).not.toMatch(refused);
  await expect(worker.stop()).resolves.toMatchObject({ code: 0 });
});

/** Its one task cannot succeed and is not tried again; a result of more than 64 KiB goes to a collection of its own. */
async function failingWorkflow(folder: string): Promise<string> {
  const path = join(folder, "closed.json");
  const http = { uri: "http://127.0.0.1:9/closed", method: "POST", body: "${workflow.input.text}" };
  const tasks = [{ name: "call", type: "http", retries: 0, http }];
  await writeFile(path, JSON.stringify({ name: "closed", version: 1, inputParameters: ["text"], tasks }));
  return path;
}

async function endOf(url: string, key: string): Promise<void> {
  const { status, body } = await startJob(url, "closed", { text: "x".repeat(100_000) }, key);
  expect(status).toBe(201);
  await eventually(`job ${key} has ended`, async () => (await showJob(url, body.id)).status === "failed");
}
