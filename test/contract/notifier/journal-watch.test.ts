import { appendFile, rm, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { JournalWatch } from "../../../src/notifier/sqlite/journal-watch.ts";
import { eventually } from "../../support/eventually.ts";
import { temporaryPath } from "../../support/store/sqlite-files.ts";

async function watched(): Promise<{
  readonly path: string;
  readonly watch: JournalWatch;
  readonly told: () => number;
}> {
  const path = await temporaryPath();
  let count = 0;
  const watch = new JournalWatch(path, () => {
    count++;
  });
  onTestFinished(() => watch.close());
  return { path, watch, told: () => count };
}

test("tells of a journal that appears, is removed, and appears again", async () => {
  const { path, told } = await watched();
  for (let round = 0; round < 3; round++) {
    const before = told();
    await writeFile(`${path}-wal`, "x");
    await eventually("the write is told", () => told() > before);
    await rm(`${path}-wal`);
  }
});

test("says nothing of other files in the folder", async () => {
  const { path, told } = await watched();
  await writeFile(`${path}-shm`, "x");
  await writeFile(path, "x");
  await writeFile(`${path}-wal`, "x"); // events come in order: when this is told, the others would have been
  await eventually("the journal is told", () => told() > 0);
  expect(told()).toBeLessThan(4);
});

test("rests when there are more events than it is worth, and watches again later", async () => {
  const { path, watch, told } = await watched();
  await eventually("it rests", async () => {
    for (let count = 0; count < 50; count++) await appendFile(`${path}-wal`, "x");
    return watch.resting;
  });
  expect(told()).toBeLessThanOrEqual(100);
  await eventually("it watches again", () => {
    watch.tick();
    return !watch.resting;
  });
  const before = told();
  await writeFile(`${path}-wal`, "y");
  await eventually("the write is told", () => told() > before);
});

test("where the folder cannot be watched it rests and harms nobody", async () => {
  const watch = new JournalWatch(`${await temporaryPath()}/nowhere/workflows.db`, () => undefined);
  expect(watch.resting).toBe(true);
  watch.close();
  watch.tick();
  expect(watch.resting).toBe(true);
});
