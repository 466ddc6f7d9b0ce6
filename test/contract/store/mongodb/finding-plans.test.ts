import { expect, test } from "vitest";
import { type JobKey, type JobQuery, mostLookedAt } from "../../../../src/store/search.ts";
import { completedJob, jobIdOf, jobOfWorkflow, testTime } from "../../../support/jobs.ts";
import "../../../support/mongo/skip-without-server.ts";
import {
  documentsRead,
  examined,
  explain,
  filled,
  isOfJobs,
  stagesOf,
  watchedStore,
} from "../../../support/mongo/watched-store.ts";
import { insertAll } from "../../../support/store/fresh-store.ts";

test("a page looks at a bounded part of one index, whatever it is asked for", async () => {
  const asked = await watchedStore();
  await filled(asked);
  const { store, db } = asked;
  const tombstones = Array.from({ length: 3000 }, (_, index) => ({
    _id: `7ab${jobIdOf(`removed ${index}`).slice(3)}`,
    start: "token",
    keyUntil: testTime + 60_000,
    tombstoneUntil: testTime + 60_000,
  }));
  await db.collection<{ _id: string }>("jobs_status").insertMany(tombstones);
  const after = { at: testTime + 2500, id: "8".repeat(24) };
  const filters: Omit<JobQuery, "limit">[] = [
    {},
    { status: ["completed"] },
    { status: ["running", "completed"], workflow: "greet" },
    { workflow: "greet", version: 7 },
    { labels: ["target:x"] },
    { labels: ["target:x", "target:y"], workflow: "greet", status: ["failed"] },
    { waiting: ["worker", "retry"] },
    { waiting: ["event"], labels: ["target:x"] },
    { idPrefix: "3" },
    { idPrefix: "7ab" },
    { idPrefix: "3f", workflow: "greet", status: ["failed"] },
    { ids: [jobIdOf("finished 1"), jobIdOf("nobody")], status: ["completed"] },
    { created: { from: testTime + 100, to: testTime + 200 }, version: 2 },
    { started: { from: testTime + 100, to: testTime + 200 } },
    { finished: { from: testTime + 100, to: testTime + 200 }, workflow: "greet" },
  ];
  for (const filter of filters) {
    for (const order of [{}, { by: "finished", order: "oldest" }] as const) {
      const query = { ...filter, ...order, nowMs: testTime + 10, limit: 20 };
      const commands = await asked.during(async () => {
        await store.search.find(query);
        await store.search.find({ ...query, after });
      });
      for (const command of commands) {
        const explained = await explain(asked.db, command);
        const told = JSON.stringify({ query, command, stages: stagesOf(explained) }).slice(0, 2000);
        expect(stagesOf(explained), told).not.toContain("COLLSCAN");
        expect(stagesOf(explained), told).not.toContain("SORT");
        expect(examined(explained), told).toBeLessThan(mostLookedAt / 2 + 100);
      }
    }
  }
});

test("of many jobs that wait alike, pages of one workflow read those of that workflow alone, and leave out none", async () => {
  const asked = await watchedStore();
  const { store, db } = asked;
  const paused = Array.from({ length: 3 * mostLookedAt }, (_, index) =>
    jobOfWorkflow(index % 20 === 0 ? "few" : "other", `paused ${index}`, {
      createdAt: testTime + (index < 2 * mostLookedAt ? 0 : index), // more at one time than a page looks at
      status: "paused",
      waiting: "paused",
    }),
  );
  const few = paused.map(({ job }) => job).filter(({ workflow }) => workflow.name === "few");
  const ended = Array.from({ length: mostLookedAt }, (_, index) =>
    completedJob(`ended ${index}`, { workflow: { name: "few", version: 1, digest: "d".repeat(64) } }),
  );
  await insertAll(store, [...paused, ...ended]);
  const found: string[] = [];
  let next: JobKey | undefined;
  const sent = await asked.during(async () => {
    do {
      const after = next === undefined ? {} : { after: next };
      const page = await store.search.find({ waiting: ["paused"], workflow: "few", version: 1, limit: 20, ...after });
      found.push(...page.jobs.map(({ id }) => id));
      next = page.next;
    } while (next !== undefined);
  });
  const inOrder = few.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  expect(found).toEqual(inOrder.map(({ id }) => id));
  const ofTwoPages = sent.filter(isOfJobs).slice(0, 6);
  for (const command of ofTwoPages) expect(documentsRead(await explain(db, command))).toBeLessThan(60);
});
