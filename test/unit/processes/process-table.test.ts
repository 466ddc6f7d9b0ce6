import { expect, test } from "vitest";
import { nextProcessTable } from "../../../src/processes/process-table.ts";
import { leftProcesses } from "../../support/commands/left-processes.ts";
import { writtenPids } from "../../support/commands/written-pids.ts";

test("however many ask at once what runs, the processes are read once", async () => {
  const tables = await Promise.all(Array.from({ length: 100 }, () => nextProcessTable()));
  expect(new Set(tables).size).toBe(1);
});

test("whoever asks is told of all that was there when it asked, however shortly before others did", async () => {
  await nextProcessTable();
  const { group, pids } = await leftProcesses();
  const { groups } = await nextProcessTable();
  expect(groups.get(group.pid)).toEqual(expect.arrayContaining(writtenPids(pids)));
});
