import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { newWorkerId } from "../../../src/model/ids.ts";
import type { Job } from "../../../src/model/job/job.ts";
import { AnswersDue } from "../../../src/worker/assignment/answers-due.ts";
import { claimJobs } from "../../../src/worker/assignment/claims.ts";
import { Slots } from "../../../src/worker/slots/slots.ts";
import { pendingJob, testTime, workerInfo } from "../../support/jobs.ts";
import { connect, temporaryPath } from "../../support/store/sqlite-files.ts";
import { MemoryLog } from "../../support/worker/memory-log.ts";

/** Claims ten jobs of one workflow where jobs of the named ones were before; answers how many begin in each turn of the event loop, and how many slots are free in the end. */
async function turnsOfClaim(before: readonly string[]) {
  const { jobs, workers } = await connect(await temporaryPath(), true);
  const id = newWorkerId();
  await workers.register(workerInfo(id));
  await jobs.insert(Array.from({ length: 10 }, (_, index) => pendingJob(`job ${index}`)));
  const slots = new Slots(20, { freed: () => undefined, othersWait: () => false });
  for (const workflow of before) if (slots.tryTakeFor(workflow)) slots.give(workflow);
  const answersDue = new AnswersDue();
  const begun: Job[] = [];
  const turns: number[] = [];
  const host = {
    life: { id, end: () => undefined },
    slots,
    answersDue,
    log: new MemoryLog(),
    claim: jobs.claim,
    rooms: () => new Map<string, number>(),
    take: (job: Job) => void begun.push(job),
    doubt: () => undefined,
  };
  let isOver = false;
  const claimed = claimJobs(host, { limit: 16, of: "healthy", nowMs: testTime, takes: {} }).finally(
    () => (isOver = true),
  );
  while (!isOver) {
    const had = begun.length;
    await nextTurn();
    if (begun.length > had) turns.push(begun.length - had);
  }
  expect((await claimed)?.kind).toBe("claimed");
  return { turns, free: slots.free };
}

test("the jobs of a claim begin four at a time where workflows share the worker, so that others come between them", async () => {
  expect(await turnsOfClaim(["greet", "quiet"])).toEqual({ turns: [4, 4, 2], free: 10 });
});

test("the jobs of a workflow that is alone begin at once", async () => {
  expect(await turnsOfClaim(["greet"])).toEqual({ turns: [10], free: 10 });
});
