import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { StoreUnavailable, WorkflowsError } from "../../../../src/model/errors.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import { changeOf, jobIdOf, leasedJob, pendingJob, workerInfo, workflowOf } from "../../../support/jobs.ts";
import { type Mongod, startMongod } from "../../../support/mongo/replica-set.ts";
import { announced } from "../../../support/mongo/shared-server.ts";
import "../../../support/mongo/skip-without-server.ts";

let mongod: Mongod | undefined;

beforeAll(async () => {
  if (announced()?.kind !== "missing") mongod = await startMongod({ members: 3 });
}, 120_000);

afterAll(async () => {
  await mongod?.stop();
});

function set(): Mongod {
  if (mongod === undefined) throw new Error("There is no replica set");
  return mongod;
}

async function storeOn(database: string): Promise<Store> {
  const client = new MongoClient(set().uri, {
    retryWrites: false,
    connectTimeoutMS: 2000,
    heartbeatFrequencyMS: 1000,
    serverSelectionTimeoutMS: 5000,
  });
  const store = await openMongoStore({ client: await client.connect(), database, migrate: true });
  onTestFinished(() => store.close());
  return store;
}

// The first one: a member that has just come back may be at the start of copying from the primary, and hangs with it for 20 s.
test("a primary that stands still is left behind: what was asked is answered by the next one", async () => {
  const store = await storeOn("frozen");
  const primary = await set().primary();
  primary.signal("SIGSTOP");
  onTestFinished(() => primary.signal("SIGCONT"));
  await expect
    .poll(() => store.jobs.insert([pendingJob("frozen")]).catch((error: unknown) => error), { timeout: 60_000 })
    .toMatchObject([{}]);
  expect(await store.jobs.get(jobIdOf("frozen"))).toBeDefined();
}, 120_000);

/** Does the work again and again, `lanes` at a time, until told to stop. Answers when all have ended. */
function repeatedly(lanes: number, work: (turn: number) => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  let turn = 0;
  const lane = async (): Promise<void> => {
    while (!stopped) await work(turn++);
  };
  const all = Promise.all(Array.from({ length: lanes }, lane));
  return {
    async stop() {
      stopped = true;
      await all;
    },
  };
}

/** Commits the job again and again, as nobody else does: a conflict means that a commit was applied twice, unless the outcome of the one before was unknown. */
function committing(store: Store, job: Job) {
  let { version } = job;
  let isUnsure = false; // it may be a version higher
  const commits = repeatedly(1, async () => {
    const [answer] = await store.jobs.commit([changeOf({ ...job, version })]).catch((error: unknown) => {
      if (error instanceof StoreUnavailable) return [{ kind: "unknown" as const }];
      throw error;
    });
    if (answer?.kind === "committed") expect(answer.version).toBe(version + 1);
    else if (answer?.kind !== "unknown")
      expect({ isUnsure, answer }).toMatchObject({ isUnsure: true, answer: { current: { version: version + 1 } } });
    isUnsure = answer?.kind === "unknown";
    if (!isUnsure) version += 1;
  });
  return {
    stop: () => commits.stop(),
    async expectApplied(): Promise<void> {
      const found = await store.jobs.get(job.id);
      expect(isUnsure ? [version, version + 1] : [version]).toContain(found?.version);
    },
  };
}

type Harm = (mongod: Mongod) => Promise<void>;

const harms: Readonly<Record<string, Harm>> = {
  "steps down": async (replicas) => void (await replicas.stepDown()),
  "is killed": async (replicas) => {
    const primary = await replicas.primary();
    await primary.stop("SIGKILL");
    await replicas.primary();
    await primary.restart();
  },
  "is shut down": async (replicas) => {
    const primary = await replicas.primary();
    await primary.stop("SIGTERM");
    await replicas.primary();
    await primary.restart();
  },
};

for (const [how, harm] of Object.entries(harms)) {
  test(`when the primary ${how}, every acknowledged start is stored, and every commit is applied once`, async () => {
    const database = `failover_${how.replaceAll(" ", "_")}`;
    const store = await storeOn(database);
    await store.workers.register(workerInfo("w1"));
    const acknowledged = new Set<string>();
    const starts = repeatedly(16, async (turn) => {
      const start = pendingJob(`${how} ${turn}`);
      try {
        const [answer] = await store.jobs.insert([start]);
        expect(answer).toEqual({ kind: "inserted", leased: false });
        acknowledged.add(start.job.id);
      } catch (error) {
        expect(error).toBeInstanceOf(WorkflowsError); // refused or unknown: never a wrong answer
      }
    });
    const counted = Array.from({ length: 8 }, (_, index) => leasedJob(`${how} counted ${index}`, "w1"));
    await store.jobs.insert(counted);
    const commits = counted.map(({ job }) => committing(store, job));
    await harm(set());
    const before = acknowledged.size;
    await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(before + 50);
    await Promise.all([starts, ...commits].map((one) => one.stop()));
    for (const id of acknowledged) expect(await store.jobs.get(id), id).toBeDefined();
    for (const one of commits) await one.expectApplied();
  }, 120_000);
}

test("when the primary is killed, of two that add one version of a workflow one is told that it did, and that one is kept", async () => {
  const stores = [await storeOn("definitions"), await storeOn("definitions")];
  const added = new Map<number, string>();
  const adding = repeatedly(4, async (version) => {
    const answers = await Promise.allSettled(
      stores.map(({ definitions }, index) =>
        definitions.add({ workflow: workflowOf("a", version, `${version} by ${index}`), source: version }),
      ),
    );
    const winners = answers.flatMap((answer, index) =>
      answer.status === "fulfilled" && answer.value ? [`${version} by ${index}`] : [],
    );
    const isKnown = answers.every(({ status }) => status === "fulfilled");
    expect(winners.length, `version ${version}`).toBeLessThanOrEqual(1);
    if (isKnown) expect(winners, `version ${version}`).toHaveLength(1);
    if (winners[0] !== undefined) added.set(version, winners[0]);
  });
  await harms["is killed"]?.(set());
  const before = added.size;
  await expect.poll(() => added.size, { timeout: 60_000 }).toBeGreaterThan(before + 20);
  await adding.stop();
  for (const [version, digest] of added)
    for (const { definitions } of stores) expect((await definitions.version("a", version))?.digest).toBe(digest);
}, 120_000);
