import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { StartError } from "../../../../src/model/errors.ts";
import { newestFormat } from "../../../../src/model/job/format.ts";
import { Database } from "../../../../src/store/sqlite/database/database.ts";
import { migrateSchema } from "../../../../src/store/sqlite/database/migrate.ts";
import { type Migration, migrations } from "../../../../src/store/sqlite/database/schema.ts";
import { networkFileSystem } from "../../../../src/store/sqlite/file-system.ts";
import { openSqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";
import { effect, jobIdOf, pendingJob, testTime, workerInfo } from "../../../support/jobs.ts";
import { insertAll, stored } from "../../../support/store/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";

const program = fileURLToPath(new URL("../../../support/store/sqlite-open-program.ts", import.meta.url));

/** Why the file could not be opened. */
async function refusal(path: string, migrate = true): Promise<StartError> {
  const error: unknown = await openSqliteStore({ path, migrate }).then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StartError)) throw new Error(`Not refused with a StartError: ${String(error)}`);
  expect(error.exitCode).toBe(3);
  return error;
}

function tamper(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

/** A closed store with one job. */
async function storeWithJob(): Promise<string> {
  const path = await temporaryPath();
  const store = await connect(path);
  await insertAll(store, [pendingJob("a")]);
  await store.close();
  return path;
}

test("what was stored is there after the store was closed and opened again", async () => {
  const store = await connect(await storeWithJob());
  expect(await stored(store, jobIdOf("a"))).toEqual(pendingJob("a").job);
});

test("of many processes that come first to an empty file, one makes the schema and all can use it", async () => {
  const path = await temporaryPath();
  const stores = await Promise.all(Array.from({ length: 6 }, () => connect(path)));
  await Promise.all(stores.map((store, index) => insertAll(store, [pendingJob(`job ${index}`)])));
  for (const store of stores) expect((await store.search.find({ limit: 10 })).jobs).toHaveLength(6);
});

test("a folder that is not there is named", async () => {
  const path = join(dirname(await temporaryPath()), "nowhere", "workflows.db");
  expect((await refusal(path)).message).toContain(`The folder ${dirname(path)}`);
});

test("a path that is a folder is named", async () => {
  const path = await temporaryPath();
  await mkdir(path);
  const { message } = await refusal(path);
  expect(message).toContain(path);
  expect(message).toMatch(/cannot be opened/);
});

test("a file that is no database is named and left as it is", async () => {
  const path = await temporaryPath();
  const text = "These are not the bytes of a database.\n".repeat(200);
  await writeFile(path, text);
  const { message } = await refusal(path);
  expect(message).toContain(path);
  expect(message).toMatch(/is not a database/);
  expect(await readFile(path, "utf8")).toBe(text);
});

test("a damaged file is named", async () => {
  const path = await storeWithJob();
  const bytes = await readFile(path);
  bytes.fill(0x5a, 100, 4096); // what follows the header: the schema
  await writeFile(path, bytes);
  const { message } = await refusal(path);
  expect(message).toContain(path);
  expect(message).toMatch(/is damaged/);
});

test("a database of another program is named and left as it is", async () => {
  const path = await temporaryPath();
  tamper(path, "CREATE TABLE customers (name TEXT)");
  const bytes = await readFile(path);
  const { message } = await refusal(path);
  expect(message).toContain(path);
  expect(message).toMatch(/another program/);
  expect(await readFile(path)).toEqual(bytes);
});

test("a file that may not be written is named", async () => {
  const path = await storeWithJob();
  await chmod(dirname(path), 0o555);
  await chmod(path, 0o444);
  const nobody = 65_534; // root may write anything, so another user tries
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const opened = spawnSync(process.execPath, [program, path], { encoding: "utf8", ...user });
  await chmod(dirname(path), 0o755);
  expect(opened.stdout).toContain(path);
  expect(opened.stdout).toMatch(/cannot be (written|opened)/);
  expect(opened.status).toBe(3);
});

test("a newer schema is refused only where it says that this program cannot read it", async () => {
  const path = await storeWithJob();
  const newest = migrations.at(-1)?.version ?? 0;
  tamper(path, `UPDATE meta SET value = ${newest + 5} WHERE name = 'version'`);
  const store = await connect(path);
  expect(await store.jobs.get(jobIdOf("a"))).toBeDefined();
  await store.close();
  tamper(path, `UPDATE meta SET value = ${newest + 1} WHERE name = 'readableFrom'`);
  const { message } = await refusal(path);
  expect(message).toContain(path);
  expect(message).toMatch(/newer release/);
});

const next: Migration = {
  version: (migrations.at(-1)?.version ?? 0) + 1,
  readableFrom: 1,
  sql: "CREATE TABLE added (id INTEGER PRIMARY KEY) STRICT; INSERT INTO added (id) SELECT seq FROM jobs",
};

test("an older schema is refused, naming the flag, until a migration is asked for, which keeps the jobs", async () => {
  const path = await storeWithJob();
  const database = new Database(path);
  onTestFinished(() => database.close());
  expect(() => migrateSchema(database, path, [...migrations, next], false)).toThrow(/--automigrate/);
  expect(() => migrateSchema(database, path, [...migrations, next], false)).toThrow(StartError);
  migrateSchema(database, path, [...migrations, next], true);
  migrateSchema(database, path, [...migrations, next], false);
  expect(database.prepare("SELECT count(*) FROM added").get()).toEqual([1]);
  const store = await connect(path); // a program that knows the older schema reads on
  expect(await stored(store, jobIdOf("a"))).toEqual(pendingJob("a").job);
});

test("what programs of an older schema use that can still work with the file is all there", async () => {
  const readableFrom = migrations.at(-1)?.readableFrom ?? 0;
  const partsAt = async (version: number): Promise<unknown[]> => {
    const path = await temporaryPath();
    const steps = migrations.filter((step) => step.version <= version);
    const database = new Database(path);
    migrateSchema(database, path, steps, true);
    const parts = database.prepare("SELECT type || ' ' || name FROM sqlite_schema").all<[string]>().flat();
    database.close();
    return parts;
  };
  const parts = await partsAt(migrations.length);
  for (let version = readableFrom; version < migrations.length; version += 1)
    expect(parts).toEqual(expect.arrayContaining(await partsAt(version)));
});

test("files on network file systems are refused, those on local ones are not", () => {
  expect(networkFileSystem(0x6969)).toBe("NFS");
  expect(networkFileSystem(0xff534d42 | 0)).toBe("CIFS"); // as a signed number
  expect(networkFileSystem(0xfe534d42)).toBe("SMB2");
  for (const local of [0xef53, 0x01021994, 0x58465342, 0x9123683e, 0x794c7630]) {
    expect(networkFileSystem(local)).toBeUndefined();
  }
});

test("a job of a format that this program does not know is neither seen to nor given to its workers, and hides no other", async () => {
  const path = await temporaryPath();
  const store = await connect(path);
  const more = { deadlineAt: testTime, effects: [effect(1)] };
  const offers = [{ queue: "mail", at: testTime }];
  await insertAll(
    store,
    ["a", "known"].map((name) => ({ ...pendingJob(name, more), offers })),
  );
  tamper(path, `UPDATE jobs SET format = ${newestFormat + 1} WHERE id = '${jobIdOf("a")}'`);
  expect(await store.jobs.overdue(testTime, 1)).toEqual([jobIdOf("known")]);
  expect(await store.jobs.owing(testTime + 1, 1)).toEqual([jobIdOf("known")]);
  expect(await store.jobs.offered("mail", testTime, 1)).toEqual([jobIdOf("known")]);
  await store.workers.register(workerInfo("w1"));
  const claim = await store.jobs.claim({ worker: "w1", limit: 10, nowMs: Date.now(), of: "healthy" });
  expect(claim).toMatchObject({ kind: "claimed", jobs: [{ id: jobIdOf("known") }] });
  await expect(store.jobs.get(jobIdOf("a"))).rejects.toThrow(/newer release/);
});

test("a new file is readable by its owner alone", async () => {
  const path = await temporaryPath();
  const store = await connect(path);
  await store.close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
