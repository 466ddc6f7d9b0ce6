import { MongoClient, ObjectId } from "mongodb";
import { expect, test } from "vitest";
import { startMongod } from "../../support/mongo/replica-set.ts";
import { environmentOf } from "../../support/store/store-place.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { command } from "../commands/command.ts";
import { service } from "../commands/service.ts";
import { runImport, type Source, source, storeAt, target } from "./imports.ts";
import {
  firstVersion,
  firstVersionMessage,
  laterPending,
  laterProcessing,
  laterVersion,
  storedDefinition,
} from "./legacy-documents.ts";

const kinds = ["sqlite", "mongodb"] as const;

/** What both versions of the original leave behind. */
async function usedSource(): Promise<Source> {
  const from = await source();
  await from.collection("jobs_status").insertOne(firstVersion);
  const inJobs = [firstVersionMessage, laterVersion, laterPending, laterProcessing];
  await from.collection("jobs").insertMany(inJobs);
  await from.collection("workflows").insertOne(storedDefinition);
  return from;
}

const none = { imported: 0, alreadyThere: 0, refused: 0 };

test.each(kinds)(
  "into %s: finished jobs and definitions are taken once, unfinished ones are named and left",
  async (kind) => {
    const from = await usedSource();
    const before = await from.content();
    const into = await target(kind);
    const first = await runImport(from.url, into, { args: ["--json"] });
    expect(JSON.parse(first.stdout)).toMatchObject({
      definitions: { ...none, imported: 1 },
      jobs: { ...none, imported: 2, unfinished: 2, old: 0 },
    });
    expect(first.code).toBe(0);
    expect(first.stderr).toContain(`left: job ${laterPending._id} of provision_device: it is pending there`);
    expect(first.stderr).toContain(`left: job ${laterProcessing._id} of provision_device: it is running there`);
    const again = await runImport(from.url, into);
    expect(again.stdout).toContain("definitions: 0 imported, 1 already there, 0 with mistakes\n");
    expect(again.stdout).toContain("jobs: 0 imported, 2 already there, 2 not finished, 0 refused\n");
    expect(again.code).toBe(0);
    expect(await from.content()).toEqual(before);
  },
);

test.each(kinds)(
  "into %s: an imported job is shown and listed as it was, and can be deleted, nothing else",
  async (kind) => {
    const from = await usedSource();
    const into = await target(kind);
    await runImport(from.url, into);
    await using folder = await tempFolder();
    using server = await service(["server"], folder.path, { ...environmentOf(into), WORKFLOWS_RETENTION: "0" });
    const read = async (path: string, method = "GET") => {
      const response = await fetch(`${server.url}${path}`, { method });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const id = firstVersion._id.toHexString();
    const shown = await read(`/api/workflow/greet/${id}`);
    expect(shown.body).toMatchObject({
      id,
      status: "done",
      version: 0,
      insert_time: "2019-12-01T08:20:49.000Z",
      inputParameters: [
        { name: "device_id", value: "d1" },
        { name: "authorization", value: "***" },
      ],
      results: [
        {
          name: "task 1",
          success: true,
          httpRequest: {
            uri: "http://inventory:8080/d1?auth=***",
            headers: ["X-MEN-RequestID: r1", "Authorization: ***"],
          },
          httpResponse: { statusCode: 204 },
        },
      ],
    });
    expect(shown.body).not.toHaveProperty("finish_time");
    const { jobs } = (await read("/api/v1/jobs")).body as { jobs: { id: string; status: string; version: number }[] };
    expect(jobs).toMatchObject([
      { id: laterVersion._id, status: "failed", version: 4 },
      { id, status: "done" },
    ]);
    const { history } = (await read(`/api/v1/jobs/${id}/history`)).body;
    expect(history).toMatchObject([{ type: "job_imported", reason: expect.stringMatching(/^from mongodb:\/\/\S+$/) }]);
    for (const action of ["cancel", "pause", "retry", "restart", "skip"]) {
      const answer = await fetch(`${server.url}/api/v1/jobs/${laterVersion._id}/${action}`, {
        method: "POST",
        ...(action === "skip" && { body: '{"task": "tool"}' }),
      });
      const error = expect.stringContaining("was run by another program, from which it was imported");
      expect(await answer.json(), action).toMatchObject({ code: "not_allowed_in_state", error });
    }
    expect((await read(`/api/v1/jobs/${id}`, "DELETE")).status).toBe(200);
    expect((await read(`/api/v1/jobs/${id}`)).status).toBe(404);
    const started = await fetch(`${server.url}/api/v1/workflow/${storedDefinition._id}`, {
      method: "POST",
      body: '{"device_id": "d1"}',
    });
    expect(started.status).toBe(201);
  },
);

test("no login that the original kept in a result reaches the store, whatever its header is called", async () => {
  const from = await usedSource();
  await from.collection("jobs").insertOne({
    ...laterVersion,
    _id: "5e8f1a2b3c4d5e6f70819206",
    input_parameters: [],
    results: [
      {
        ...laterVersion.results[0],
        httpRequest: { uri: "http://u:hunter3@a/", method: "GET", body: "", headers: ["X-Own-Login: hunter4"] },
      },
    ],
  });
  const into = await target("sqlite");
  await runImport(from.url, into, { env: { WORKFLOWS_SECRET_NAMES: "x-own-*" } });
  const store = await storeAt(into);
  const found = await store.search.find({ limit: 200 });
  const jobs = await Promise.all(found.jobs.map(({ id }) => store.jobs.get(id)));
  const results = JSON.stringify(jobs.map((job) => job?.tasks));
  expect(jobs).toHaveLength(3);
  expect(results).not.toMatch(/hunter/);
  expect(results).toContain("X-Own-Login: ***");
});

test.each(kinds)(
  "into %s: jobs that retention would remove at once are left, and retention removes the others like any",
  async (kind) => {
    const from = await usedSource();
    const young = { ...laterVersion, _id: new ObjectId().toHexString(), insert_time: new Date(Date.now() - 3_600_000) };
    await from.collection("jobs").insertOne(young);
    const into = await target(kind);
    const { stdout, stderr, code } = await runImport(from.url, into, { env: { WORKFLOWS_RETENTION: "2h" } });
    expect(stderr).toContain("Jobs that were started more than 2h ago are left");
    expect(stdout).toContain(
      "jobs: 1 imported, 0 already there, 2 not finished, 2 older than the retention of 2h, 0 refused",
    );
    expect(code).toBe(0);
    const { housekeeping, jobs } = await storeAt(into);
    const ask = { idempotencyWindowMs: 0, nowMs: Date.now(), limit: 100 };
    expect(await housekeeping.prune({ ...ask, finishedBeforeMs: young.insert_time.getTime() })).toBe(0);
    expect(await housekeeping.prune({ ...ask, finishedBeforeMs: young.insert_time.getTime() + 1 })).toBe(1);
    expect(await jobs.get(young._id)).toBeUndefined();
  },
);

test("a definition with mistakes is named with them and ends the import with 2; a version that is there is not written again", async () => {
  const from = await usedSource();
  const workflows = from.collection("workflows");
  await workflows.insertOne({ ...storedDefinition, _id: "batch" });
  const into = await target("sqlite");
  const first = await runImport(from.url, into);
  expect(first.code).toBe(2);
  expect(first.stderr).toContain('workflows, _id batch: error: /name: a workflow cannot be called "batch"');
  expect(first.stdout).toContain("definitions: 1 imported, 0 already there, 1 with mistakes");
  const changed = { $set: { description: "changed under its version" } };
  await workflows.updateOne({ _id: storedDefinition._id }, changed);
  expect((await runImport(from.url, into)).stdout).toContain(
    "definitions: 0 imported, 1 already there, 1 with mistakes",
  );
  const { definitions } = await storeAt(into);
  const stored = await definitions.version(storedDefinition._id, storedDefinition.version);
  expect(stored).toMatchObject({ description: storedDefinition.description, inputParameters: ["device_id"] });
});

test("a job that cannot be read is named, and the others are taken", async () => {
  const from = await usedSource();
  await from.collection("jobs").insertMany([
    { ...laterVersion, _id: "no-object-id" },
    { ...laterVersion, _id: new ObjectId().toHexString(), status: 9 },
  ]);
  const { code, stdout, stderr } = await runImport(from.url, await target("sqlite"));
  expect(stderr).toContain("refused: job no-object-id: its id is not 24 hex digits");
  expect(stderr).toMatch(/refused: job [0-9a-f]{24}: its status 9 is not one of the original/);
  expect(stdout).toContain("jobs: 2 imported, 0 already there, 2 not finished, 2 refused");
  expect(code).toBe(1);
});

test("the right to read is enough for the source, and the same database may be source and store", async () => {
  await using mongod = await startMongod({ standalone: true, args: ["--auth"] });
  const open = new MongoClient(mongod.uri); // nobody is known yet, so this machine may make the first user
  await open.db("admin").command({ createUser: "root", pwd: "r", roles: ["root"] });
  await open.close();
  await using atEnd = new AsyncDisposableStack();
  const admin = new MongoClient(mongod.uri, { auth: { username: "root", password: "r" } });
  atEnd.defer(() => admin.close());
  const db = admin.db("mender");
  await db.command({ createUser: "reader", pwd: "p@ss", roles: ["read"] });
  await db.collection<{ _id: unknown }>("jobs_status").insertOne(firstVersion);
  const url = new URL(mongod.uri);
  url.pathname = "/mender";
  url.username = "reader";
  url.password = encodeURIComponent("p@ss");
  const asReader = await runImport(url.href, await target("sqlite"));
  expect(asReader.stdout).toContain("jobs: 1 imported");
  expect(asReader.stdout + asReader.stderr).not.toContain("p%40ss");
  const env = {
    WORKFLOWS_MONGO_URL: mongod.uri,
    WORKFLOWS_MONGO_DBNAME: "mender",
    WORKFLOWS_MONGO_USERNAME: "root",
    WORKFLOWS_MONGO_PASSWORD: "r",
  };
  for (const counts of ["1 imported, 0 already there", "0 imported, 1 already there"]) {
    const { stdout } = await runImport(url.href, { kind: "sqlite", path: "unused.db" }, { env });
    expect(stdout).toContain(`jobs: ${counts}`);
  }
});

test("a database in which there is nothing is told of: its name may be misspelt", async () => {
  const from = await source();
  const { code, stdout, stderr } = await runImport(from.url, await target("sqlite"), {
    args: ["--from-dbname", "workflows_test_misspelt"],
  });
  expect(stderr).toMatch(/\/workflows_test_misspelt has no jobs and no definitions: is that its name\?/);
  expect(stdout).toContain("jobs: 0 imported");
  expect(code).toBe(0);
});

test("the address may come from the environment, which process lists do not show", async () => {
  const from = await usedSource();
  const into = await target("sqlite");
  const env = { ...environmentOf(into), WORKFLOWS_RETENTION: "0", WORKFLOWS_IMPORT_FROM: from.url };
  const { code, stdout, stderr } = await command(["import"], { env });
  expect(stdout).toContain("jobs: 2 imported");
  expect(stderr).not.toContain("WORKFLOWS_IMPORT_FROM");
  expect(code).toBe(0);
});

test("a source that cannot be reached is named by the option, without its password, with exit code 3", async () => {
  const into = await target("sqlite");
  const { code, stdout, stderr } = await runImport(
    "mongodb://me:hunter2@127.0.0.1:2/?serverSelectionTimeoutMS=500",
    into,
  );
  expect(stderr).toContain("MongoDB at 127.0.0.1:2: nothing listens there");
  expect(stderr).not.toContain("hunter2");
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  const wrong = await runImport("http://127.0.0.1/", into);
  expect(wrong.stderr).toContain("--from is not a usable address");
  expect(wrong.code).toBe(2);
});
