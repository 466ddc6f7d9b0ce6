import { expect, test } from "vitest";
import { Overloaded, StoreUnavailable } from "../../../src/model/errors.ts";
import {
  CommitQueue,
  defaultBounds,
  type Lane,
  type Outcome,
  type QueueBounds,
} from "../../../src/store/commit-queue.ts";

interface Batch {
  readonly asks: readonly string[];
  succeed(): void;
  fail(error: Error): void;
}

/** A queue whose batches are written when the test says so, with a clock that the test sets. */
function queueUnderTest(bounds: Partial<QueueBounds> = {}) {
  const batches: Batch[] = [];
  const clock = { nowMs: 0 };
  let arrived: (() => void) | undefined;
  const queue = new CommitQueue<string, string>(
    (asks) =>
      new Promise<Outcome<string>[]>((resolve, reject) => {
        const succeed = (): void => resolve(asks.map((ask) => ({ answer: `${ask} done` })));
        batches.push({ asks, succeed, fail: reject });
        arrived?.();
      }),
    { ...defaultBounds, ...bounds },
    () => clock.nowMs,
  );
  const submit = (ask: string, lane: Lane = "starts", members = 1, bytes = 0): Promise<string[]> =>
    queue.submit([{ ask, lane, members, bytes }]);
  /** The next batch that is handed over to be written. */
  const nextBatch = async (): Promise<Batch> => {
    const batch = batches.shift();
    if (batch !== undefined) return batch;
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
    return nextBatch();
  };
  return { queue, submit, nextBatch, clock };
}

test("calls of one turn of the event loop share a batch", async () => {
  const { submit, nextBatch } = queueUnderTest();
  const answers = Promise.all([submit("a"), submit("b"), Promise.resolve().then(() => submit("c"))]);
  const batch = await nextBatch();
  expect(batch.asks).toEqual(["a", "b", "c"]);
  batch.succeed();
  expect((await answers).flat()).toEqual(["a done", "b done", "c done"]);
});

test("what comes while a batch is under way goes with the next: results, then starts, then tidying up", async () => {
  const { submit, nextBatch } = queueUnderTest();
  const all = [submit("first")];
  const first = await nextBatch();
  all.push(submit("tidy", "tidying"), submit("start 1"), submit("result 1", "results"), submit("start 2"));
  all.push(submit("result 2", "results"));
  first.succeed();
  const second = await nextBatch();
  expect(second.asks).toEqual(["result 1", "result 2", "start 1", "start 2", "tidy"]);
  second.succeed();
  await Promise.all(all);
});

test("a batch takes no more members than it may, and lower lanes do not slip in before", async () => {
  const { submit, nextBatch } = queueUnderTest({ batchMembers: 4 });
  const all = [submit("one", "results", 3), submit("two", "results", 3), submit("small"), submit("huge", "starts", 9)];
  const asks: (readonly string[])[] = [];
  for (let count = 0; count < 3; count++) {
    const batch = await nextBatch();
    asks.push(batch.asks);
    batch.succeed();
  }
  expect(asks).toEqual([["one"], ["two", "small"], ["huge"]]);
  await Promise.all(all);
});

test("when a batch fails all its calls are told, and the queue is not writable until one succeeds", async () => {
  const { queue, submit, nextBatch } = queueUnderTest();
  expect(queue.writable).toBe(true);
  const failing = [submit("a"), submit("b", "results")].map((answer) => answer.catch((error: unknown) => error));
  const cause = new Error("disk");
  (await nextBatch()).fail(cause);
  for (const answer of failing) {
    expect(await answer).toBeInstanceOf(StoreUnavailable);
    expect(await answer).toMatchObject({ cause });
  }
  expect(queue.writable).toBe(false);
  const again = submit("c");
  const batch = await nextBatch();
  expect(queue.writable).toBe(false);
  batch.succeed();
  expect(await again).toEqual(["c done"]);
  expect(queue.writable).toBe(true);
});

test("after a failure that took long, starts are taken as before it", async () => {
  const { submit, nextBatch, clock } = queueUnderTest();
  const failing = submit("first").catch((error: unknown) => error);
  const first = await nextBatch();
  clock.nowMs += 25_000;
  first.fail(new Error("no server"));
  expect(await failing).toBeInstanceOf(StoreUnavailable);
  const starts = [submit("a"), submit("b")];
  (await nextBatch()).succeed();
  expect(await Promise.all(starts)).toEqual([["a done"], ["b done"]]);
});

test("a start that would wait over a second is refused before it is queued; results are not", async () => {
  const { submit, nextBatch, clock } = queueUnderTest();
  const all = [submit("first")];
  const first = await nextBatch();
  clock.nowMs += 1500; // the disk hangs
  const refused = await submit("start").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Overloaded);
  expect((refused as Overloaded).retryAfterMs).toBeGreaterThanOrEqual(1000);
  all.push(submit("result", "results"));
  first.succeed();
  const second = await nextBatch();
  expect(second.asks).toEqual(["result"]);
  second.succeed();
  await Promise.all(all);
});

test("starts are refused by what is queued ahead of them and the speed of the store", async () => {
  const { submit, nextBatch, clock } = queueUnderTest({ batchMembers: 100 });
  const train = async (): Promise<void> => {
    const answer = submit("train", "results", 100);
    const batch = await nextBatch();
    clock.nowMs += 200; // 2 ms a member
    batch.succeed();
    await answer;
  };
  for (let count = 0; count < 100; count++) await train();
  const accepted: Promise<string[]>[] = [];
  let refusal: unknown;
  for (let count = 0; count < 50 && refusal === undefined; count++) {
    const answer = submit(`bulk ${count}`, "starts", 20);
    answer.catch((error: unknown) => {
      refusal = error;
    });
    accepted.push(answer);
    await Promise.resolve().then(() => undefined);
  }
  expect(refusal).toBeInstanceOf(Overloaded);
  expect(accepted.length).toBeGreaterThan(20); // 25 times 20 members of 2 ms make a second
  expect(accepted.length).toBeLessThan(32);
  const queued = accepted.slice(0, -1);
  for (let done = 0; done < queued.length; ) {
    const batch = await nextBatch();
    done += batch.asks.length;
    batch.succeed();
  }
  expect(await Promise.all(queued)).toHaveLength(queued.length);
});

test("an idle store takes any start, however slow it was before", async () => {
  const { submit, nextBatch, clock } = queueUnderTest();
  for (let count = 0; count < 5; count++) {
    const answer = submit("slow");
    const batch = await nextBatch();
    clock.nowMs += 5000;
    batch.succeed();
    await answer;
  }
  const answer = submit("next");
  (await nextBatch()).succeed();
  expect(await answer).toEqual(["next done"]);
});

test("more members or bytes than may wait are refused, starts at half of what results may take", async () => {
  const { submit, nextBatch } = queueUnderTest({ waitingMembers: 10, waitingBytes: 1000, startWaitMs: 1e9 });
  const all = [submit("first")];
  const first = await nextBatch();
  all.push(submit("a", "starts", 8));
  await expect(submit("b", "starts", 3)).rejects.toBeInstanceOf(Overloaded);
  all.push(submit("c", "results", 12));
  await expect(submit("d", "results", 1)).rejects.toBeInstanceOf(Overloaded);
  first.succeed();
  (await nextBatch()).succeed();
  all.push(submit("e", "starts", 1, 5000)); // alone it must fit, whatever its size
  const second = await nextBatch();
  all.push(submit("f", "starts", 1, 900));
  await expect(submit("g", "starts", 1, 200)).rejects.toBeInstanceOf(Overloaded);
  second.succeed();
  (await nextBatch()).succeed();
  await Promise.all(all);
});

test("calls that belong together are refused together", async () => {
  const { queue, submit, nextBatch } = queueUnderTest({ waitingMembers: 10 });
  const first = submit("first");
  const batch = await nextBatch();
  const waiting = submit("waiting", "starts", 5);
  const calls = ["x", "y"].map((ask) => ({ ask, lane: "starts" as const, members: 3, bytes: 0 }));
  await expect(queue.submit(calls)).rejects.toBeInstanceOf(Overloaded);
  batch.succeed();
  const second = await nextBatch();
  expect(second.asks).toEqual(["waiting"]);
  second.succeed();
  await Promise.all([first, waiting]);
});

test("closing waits for what is queued and refuses what comes later", async () => {
  const { queue, submit, nextBatch } = queueUnderTest();
  const order: string[] = [];
  const answer = submit("a").then(() => order.push("answered"));
  const closed = queue.close().then(() => order.push("closed"));
  await expect(submit("late")).rejects.toBeInstanceOf(StoreUnavailable);
  (await nextBatch()).succeed();
  await Promise.all([answer, closed, queue.close()]);
  expect(order).toEqual(["answered", "closed"]);
});

test("starts that wait behind a batch that fails are told so at once; results are tried in a batch of their own", async () => {
  const { submit, nextBatch } = queueUnderTest();
  const first = submit("first");
  const batch = await nextBatch();
  const [start, result] = [submit("start"), submit("result", "results")];
  batch.fail(new StoreUnavailable("gone"));
  await expect(first).rejects.toThrow("gone");
  await expect(start).rejects.toThrow(StoreUnavailable);
  const next = await nextBatch();
  expect(next.asks).toEqual(["result"]);
  next.succeed();
  expect(await result).toEqual(["result done"]);
});

test("after a large batch the next one waits until its calls are back, and then goes at once; after a small one it does not wait", async () => {
  const { submit, nextBatch, clock } = queueUnderTest({
    lingerMs: 3_600_000,
    lingerAbove: 1,
    startWaitMs: Number.POSITIVE_INFINITY,
  });
  const all = [submit("a"), submit("b")];
  const large = await nextBatch();
  all.push(submit("c"));
  clock.nowMs += 3_600_000;
  large.succeed();
  await all[0];
  for (const again of ["a again", "b again"]) {
    await new Promise(setImmediate);
    all.push(submit(again));
  }
  const lingered = await nextBatch();
  expect(lingered.asks).toEqual(["c", "a again", "b again"]);
  clock.nowMs += 1;
  lingered.succeed();
  await Promise.all(all);
  clock.nowMs += 1; // as long as that batch took
  all.push(submit("d"));
  const small = await nextBatch();
  clock.nowMs += 5;
  small.succeed();
  await Promise.all(all);
  all.push(submit("e"));
  expect((await nextBatch()).asks).toEqual(["e"]);
});

test("where those that were answered do not come back, what waits is written when the pause is over; closing waits for it", async () => {
  const { queue, submit, nextBatch, clock } = queueUnderTest({ lingerMs: 5, lingerAbove: 1 });
  const all = [submit("a"), submit("b")];
  const large = await nextBatch();
  const late = submit("late");
  clock.nowMs += 5;
  large.succeed();
  await Promise.all(all);
  const closed = queue.close();
  const lingered = await nextBatch();
  expect(lingered.asks).toEqual(["late"]);
  lingered.succeed();
  expect(await late).toEqual(["late done"]);
  await closed;
});

test("a batch that is full by its bytes does not wait", async () => {
  const { submit, nextBatch, clock } = queueUnderTest({
    lingerMs: 3_600_000,
    lingerAbove: 1,
    batchBytes: 100,
    startWaitMs: Number.POSITIVE_INFINITY,
  });
  const all = [submit("a"), submit("b")];
  const large = await nextBatch();
  all.push(submit("c", "starts", 1, 100));
  clock.nowMs += 3_600_000;
  large.succeed();
  const full = await nextBatch();
  expect(full.asks).toEqual(["c"]);
  full.succeed();
  await Promise.all(all);
});
