import { type Document, MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import type { Job } from "../../../../../src/model/job/job.ts";
import { collectionsOf } from "../../../../../src/store/mongodb/collections.ts";
import { jobStore } from "../../../../../src/store/mongodb/job-store.ts";
import { LivingWorkers } from "../../../../../src/store/mongodb/living-workers.ts";
import { WriteQueues } from "../../../../../src/store/mongodb/write-queues.ts";
import type { Commit, JobStore, Store } from "../../../../../src/store/store.ts";
import { changeOf, completionOf, jobIdOf, pendingJob, testTime } from "../../../../support/jobs.ts";
import { type Beside, besideFinds } from "../../../../support/mongo/beside-finds.ts";
import { freshDatabase } from "../../../../support/mongo/fresh-database.ts";
import "../../../../support/mongo/skip-without-server.ts";
import { expectCounted } from "../../../../support/store/counted.ts";
import { by, insertAll, registered, stored } from "../../../../support/store/fresh-store.ts";
import { openStoreAt } from "../../../../support/store/store-place.ts";

/** When the first claim has looked at what is ready and has not taken it, or has taken it and has not read it. */
type When = "looked at" | "taken";

interface Raced {
  /** Of another process. */
  readonly store: Store;
  /** Of the process that claims. */
  readonly jobs: JobStore;
  /** Whether that process could not tell what became of some of its writes. */
  doubts(): Promise<boolean>;
}

/** A process that claims a job, and another one; `meanwhile` is done once. */
async function raced(when: When, meanwhile: (raced: Raced) => Promise<unknown>): Promise<Raced> {
  const place = freshDatabase();
  onTestFinished(() => place[Symbol.asyncDispose]());
  const store = await openStoreAt({ kind: "mongodb", ...place });
  onTestFinished(() => store.close());
  const client = await new MongoClient(place.uri, { retryWrites: false }).connect();
  onTestFinished(() => client.close());
  const collections = collectionsOf(client.db(place.database));
  const { tally, tallies } = collections;
  let isDone = false;
  const once = async (): Promise<void> => {
    if (isDone) return;
    isDone = true;
    await meanwhile(both);
  };
  const beside: Beside = when === "looked at" ? { after: once } : { before: once };
  const isMeant = ({ queue, claim }: Document): boolean =>
    when === "looked at" ? JSON.stringify(queue)?.includes("healthy") : typeof claim === "string";
  const parts = { ...collections, jobs: besideFinds(collections.jobs, isMeant, beside) };
  const queues = new WriteQueues(parts);
  onTestFinished(async () => {
    await queues.close();
    await tally.close();
  });
  const both: Raced = {
    store,
    jobs: jobStore({
      collections: parts,
      queues,
      living: new LivingWorkers(parts),
      legacy: () => Promise.resolve(undefined),
    }),
    async doubts() {
      await tally.written();
      return (await tallies.countDocuments({ _id: tally.id, doubtAt: { $exists: true } })) > 0;
    },
  };
  await registered(store, "w1");
  await insertAll(store, [pendingJob("a", { waiting: "start" }), pendingJob("b", { waiting: "start" })]);
  return both;
}

/** Short names and versions. */
async function claimed({ jobs }: Raced): Promise<string[]> {
  const answer = await jobs.claim(by("w1"));
  if (answer.kind !== "claimed") throw new Error(answer.kind);
  return answer.jobs.map(({ input, version }) => `${String(input["name"])} ${version}`).sort();
}

test.each([
  { job: "a job that is kept", more: {} },
  { job: "a job that goes with its end", more: { removal: {} } },
])("$job is not given to who asks what its worker has, while it is just being claimed", async ({ more }) => {
  const both = await raced("taken", async ({ jobs }) => {
    for (const job of await jobs.assigned({ worker: "w1", except: [] })) await jobs.commit([completionOf(job, more)]);
  });
  expect(await claimed(both)).toEqual(["a 2", "b 2"]);
  expect(await both.jobs.assigned({ worker: "w1", except: [] })).toHaveLength(2);
  await expectCounted(both.store);
});

const laterStart = { status: "pending", waiting: "retry", lease: "release" } as const;

test.each<{ what: string; when: When; change: (job: Job) => Commit; gives: string[] }>([
  { what: "ends a job", when: "taken", change: (job) => completionOf(job), gives: ["b 2"] },
  { what: "changes a job", when: "taken", change: (job) => changeOf(job), gives: ["a 3", "b 2"] },
  { what: "ends a job", when: "looked at", change: (job) => completionOf(job), gives: ["b 2"] },
  { what: "changes a job", when: "looked at", change: (job) => changeOf(job, laterStart), gives: ["a 3", "b 2"] },
  {
    what: "puts a job off",
    when: "looked at",
    change: (job) => changeOf(job, { ...laterStart, readyAt: testTime + 1 }),
    gives: ["b 2"],
  },
])(
  "where another process $what that a claim has $when, all are counted, without a doubt",
  async ({ when, change, gives }) => {
    const both = await raced(when, async ({ store }) => {
      const job = await stored(store, jobIdOf("a"));
      expect(await store.jobs.commit([{ ...change(job), was: job }])).toMatchObject([{ kind: "committed" }]);
    });
    expect(await claimed(both)).toEqual(gives);
    expect(await both.doubts()).toBe(false);
    await expectCounted(both.store);
  },
);

test("what is gone or given back before a claim that took it reads it is doubted, as nobody can tell that it was taken", async () => {
  const both = await raced("taken", ({ store }) => store.jobs.release("w1", [{ id: jobIdOf("a"), fence: 1 }]));
  expect(await claimed(both)).toEqual(["a 4", "b 2"]);
  expect(await both.doubts()).toBe(true);
});
