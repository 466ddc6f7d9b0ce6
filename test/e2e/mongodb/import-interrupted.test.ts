import { once } from "node:events";
import { MongoClient, ObjectId } from "mongodb";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { breakablePath } from "../../support/mongo/breakable-path.ts";
import { startMongod } from "../../support/mongo/replica-set.ts";
import { environmentOf } from "../../support/store/store-place.ts";
import { spawnCommand } from "../commands/command.ts";
import { runImport, source, storeAt, target } from "./imports.ts";
import { laterVersion } from "./legacy-documents.ts";

const kinds = ["sqlite", "mongodb"] as const;

/** As many as are read in some steps. */
const count = 1000;

/** A way to a database on which the first jobs come, and never all: an import is in the middle for as long as a test likes. */
async function pathThatEnds(database: string) {
  const path = await breakablePath(database);
  path.loseAnswersAfter(200_000);
  const url = new URL(path.uri);
  url.pathname = new URL(database).pathname;
  return { url: url.href, [Symbol.asyncDispose]: () => path[Symbol.asyncDispose]() };
}

test.each(kinds)(
  "into %s: an import that was killed goes on when it is run again, and takes nothing twice",
  async (kind) => {
    const from = await source();
    await using slow = await pathThatEnds(from.url);
    const many = Array.from({ length: count }, () => ({ ...laterVersion, _id: new ObjectId().toHexString() }));
    await from.collection("jobs").insertMany(many);
    const into = await target(kind);
    const store = await storeAt(into);
    const env = { WORKFLOWS_RETENTION: "0", WORKFLOWS_LOG_LEVEL: "error", ...environmentOf(into) };
    const child = spawnCommand(["import", "--from", slow.url], { env });
    const exited = once(child, "exit");
    await eventually("some are there", async () => (await store.search.find({ limit: 1 })).jobs.length > 0);
    child.kill("SIGKILL");
    expect(await exited, "it was killed before it had ended").toEqual([null, "SIGKILL"]);
    const again = JSON.parse((await runImport(from.url, into, { args: ["--json"] })).stdout) as {
      jobs: { imported: number; alreadyThere: number };
    };
    expect(again.jobs.alreadyThere).toBeGreaterThan(0);
    expect(again.jobs.imported).toBeGreaterThan(0);
    expect(again.jobs.imported + again.jobs.alreadyThere).toBe(count);
    for (const { _id } of [many[0], many[count - 1]].flatMap((job) => job ?? []))
      expect(await store.jobs.get(_id)).toMatchObject({ id: _id, status: "failed" });
  },
);

test("a source that dies in the middle ends the import with one line and 3, and what was taken is kept", async () => {
  await using mongod = await startMongod({ standalone: true });
  await using client = new MongoClient(mongod.uri);
  const many = Array.from({ length: count }, () => ({ ...laterVersion, _id: new ObjectId().toHexString() }));
  await client.db("mender").collection<{ _id: string }>("jobs").insertMany(many);
  const url = new URL(mongod.uri);
  url.pathname = "/mender";
  await using slow = await pathThatEnds(url.href);
  const into = await target("sqlite");
  const store = await storeAt(into);
  const running = runImport(slow.url, into);
  await eventually("some are there", async () => (await store.search.find({ limit: 1 })).jobs.length > 0);
  await mongod.members[0]?.stop("SIGKILL");
  const { code, stdout, stderr } = await running;
  expect(stderr).toContain("What was taken so far is stored: run the import again to go on");
  expect(stderr).toMatch(/^workflows: MongoDB at 127\.0\.0\.1:\d+: .+$/m);
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect((await store.search.find({ limit: 1 })).jobs).toHaveLength(1);
});
