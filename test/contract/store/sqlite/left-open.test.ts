import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../../src/store/sqlite/database/open-database.ts";
import { performReads } from "../../../../src/store/sqlite/database/reading.ts";
import { prepareStatements } from "../../../../src/store/sqlite/statements/all.ts";
import { workerInfo } from "../../../support/jobs.ts";
import { temporaryPath } from "../../../support/store/sqlite-files.ts";

test("a transaction that a failing disk left open neither keeps reads from their answers nor shows them what was not committed", async () => {
  const database = await openDatabase(await temporaryPath(), true);
  onTestFinished(() => database.close());
  const { reads, writes } = prepareStatements(database);
  const { register } = writes;
  database.exec("BEGIN IMMEDIATE");
  register(workerInfo("w1"));
  expect(performReads(database, reads, [{ kind: "workers", ask: null }])).toEqual([{ answer: [] }]);
  expect(database.inTransaction).toBe(false);
});
