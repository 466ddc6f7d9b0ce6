import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { InProcessNotifier } from "../../../src/notifier/in-process.ts";
import { SqliteNotifier } from "../../../src/notifier/sqlite.ts";
import type { SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { eventually } from "../../support/eventually.ts";
import { pendingJob } from "../../support/jobs.ts";
import { connect, temporaryPath } from "../../support/store/sqlite-files.ts";
import { startInserter } from "../../support/store/sqlite-inserter.ts";
import { hintsBetweenProcesses, hintsWithinAProcess } from "./hints.ts";

function notifierOf(path: string, store: SqliteStore): SqliteNotifier {
  const notifier = new SqliteNotifier({ own: new InProcessNotifier(), path, dataVersion: () => store.dataVersion() });
  onTestFinished(() => notifier.close());
  return notifier;
}

describe("SQLite: hints", () => {
  hintsWithinAProcess(async () => {
    const path = await temporaryPath();
    return notifierOf(path, await connect(path));
  });

  hintsBetweenProcesses(async () => {
    const path = await temporaryPath();
    const [store, other] = [await connect(path), await connect(path)];
    let count = 0;
    const elsewhere = async (): Promise<void> => {
      await other.jobs.insert([pendingJob(`job ${count++}`)]);
    };
    return { here: notifierOf(path, store), elsewhere };
  });
});

test("writes of another process are heard while it lives, and own writes are no news", async () => {
  const path = await temporaryPath();
  const store = await connect(path);
  const notifier = notifierOf(path, store);
  let heard = 0;
  notifier.subscribe(() => {
    heard++;
  });
  await eventually("the first look is over", () => heard === 1);
  for (let count = 0; count < 20; count++) await store.jobs.insert([pendingJob(`own ${count}`)]);
  await store.dataVersion();
  expect(heard).toBe(1);
  const inserter = startInserter(path);
  await eventually("the other process is heard more than once", () => heard > 3);
  inserter.kill("SIGKILL");
  await once(inserter, "exit");
});

test("a flood of own writes does not keep others from being heard", async () => {
  const path = await temporaryPath();
  const [store, other] = [await connect(path), await connect(path)];
  const notifier = notifierOf(path, store);
  let flooding = true;
  const flood = async (): Promise<void> => {
    for (let count = 0; flooding; count++) await store.jobs.insert([pendingJob(`flood ${count}`)]);
  };
  const flooded = flood();
  await eventually("a good deal was written", async () => (await store.search.find({ limit: 200 })).next !== undefined);
  const heard = new Promise((resolve) => notifier.subscribe(resolve));
  await other.jobs.insert([pendingJob("other")]);
  await heard;
  flooding = false;
  await flooded;
});

test("a notifier keeps no process alive", () => {
  const moduleAt = (name: string) => JSON.stringify(new URL(`../../../src/notifier/${name}`, import.meta.url).href);
  const script = `const { InProcessNotifier } = await import(${moduleAt("in-process.ts")});
    const { SqliteNotifier } = await import(${moduleAt("sqlite.ts")});
    new SqliteNotifier({ own: new InProcessNotifier(), path: "workflows.db", dataVersion: async () => 1 });`;
  const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  expect(status).toBe(0);
});
