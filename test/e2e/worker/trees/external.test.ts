import { expect, test } from "vitest";
import { completeExternal } from "../../../../src/jobs/external/answer.ts";
import { type PollAsk, pollExternal } from "../../../../src/jobs/external/poll.ts";
import { embedded } from "../../../support/embedded.ts";
import { external, parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { ended, start, startWorker, until } from "../../../support/worker/site.ts";

const log = new MemoryLog();
const ask: PollAsk = { queue: "mail", worker: "pen", limit: 10, leaseMs: 60_000 };
const retry = { kind: "fixed", retries: 1, delayMs: 0 } as const;

test("what a worker from outside brings lets the workers of the fleet go on, and none waits with it", async () => {
  const deps = await embedded([workflow(sequence(external("e", "mail"), task("t")))]);
  await startWorker(deps, new Attempts(() => success).run);
  const id = await start(deps);
  const [taken] = await pollExternal(deps, log, ask);
  expect((await deps.store.jobs.get(id))?.lease).toBeUndefined();
  await completeExternal(deps, taken?.token ?? "", "done");
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("a lease that is over is noticed though nobody polls, and the silent worker's attempt counts", async () => {
  const deps = await embedded([workflow(external("e", "mail", { retry: { ...retry, retries: 0 } }))]);
  await startWorker(deps, new Attempts().run);
  const id = await start(deps);
  expect(await pollExternal(deps, log, { ...ask, leaseMs: 50 })).toHaveLength(1);
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
});

test("a job that cannot be decided fails, and whoever polls gets what is offered behind it", async () => {
  const deps = await embedded([workflow(external("e", "mail"))]);
  const elsewhere = await embedded([workflow(external("e", "mail"), { name: "lost" })]);
  const lost = await start({ ...elsewhere, store: deps.store }, "lost");
  const id = await start(deps);
  expect((await pollExternal(deps, log, { ...ask, limit: 1 })).map(({ job }) => job.id)).toEqual([id]);
  expect(await pollExternal(deps, log, ask)).toEqual([]);
  expect(await ended(deps, lost)).toMatchObject({ status: "failed", error: { code: "definition_missing" } });
});

test("a worker in which another branch runs goes on with what comes from outside", async () => {
  const deps = await embedded([workflow(parallel([sequence(external("e", "mail"), task("u")), task("t")]))]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await attempts.next();
  const [taken] = await pollExternal(deps, log, ask);
  await completeExternal(deps, taken?.token ?? "", "done");
  await attempts.whenOpen(2);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("a hundred tasks of one job are taken by several at once, each by one, and end together in a few commits", async () => {
  const branches = Array.from({ length: 100 }, (_, index) => external(String(index), "mail"));
  const deps = await embedded([workflow(parallel(branches))]);
  const id = await start(deps);
  const pollers = await Promise.all([1, 2, 3].map(() => embedded([], { place: deps.place })));
  const all = await Promise.all(
    pollers.map(async (poller) => {
      const tokens: string[] = [];
      for (;;) {
        const some = await pollExternal(poller, log, { ...ask, limit: 9 });
        if (some.length === 0 && (await poller.store.jobs.offered("mail", Date.now(), 1)).length === 0) return tokens;
        tokens.push(...some.map(({ token }) => token));
      }
    }),
  );
  const tokens = all.flat();
  expect(new Set(tokens).size).toBe(100);
  const before = (await deps.store.jobs.get(id))?.version ?? 0;
  const twice = [...tokens, ...tokens].map((token) => completeExternal(deps, token, token.length));
  expect((await Promise.all(twice)).filter(({ replayed }) => replayed)).toHaveLength(100);
  expect((await deps.store.jobs.get(id))?.version).toBeLessThan(before + 10);
  expect(await until(deps, id, ({ status }) => status === "completed")).toMatchObject({ status: "completed" });
});
