import { expect, test } from "vitest";
import { Outbox } from "../../../src/notifier/capped-collection/outbox.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";

function assigned(to: string, worker: string, ...jobs: string[]): Hint {
  return { kind: "assigned", to, worker, jobs };
}

function outboxWith(hints: readonly Hint[], capacity?: number): Outbox {
  const outbox = new Outbox(capacity);
  for (const hint of hints) outbox.add(hint);
  return outbox;
}

test("a kind that names nothing is in it once, and once more after it was taken", () => {
  const outbox = outboxWith([{ kind: "ready" }, { kind: "changed" }, { kind: "ready" }]);
  expect(outbox.take(10)).toEqual([
    { to: "workers", kind: "ready" },
    { to: "workers", kind: "changed" },
  ]);
  expect(outbox.empty).toBe(true);
  outbox.add({ kind: "ready" });
  expect(outbox.take(10)).toEqual([{ to: "workers", kind: "ready" }]);
});

test("that a workflow has a new definition is told once for each workflow", () => {
  const outbox = outboxWith([
    { kind: "defined", workflow: "a" },
    { kind: "defined", workflow: "b" },
    { kind: "defined", workflow: "a" },
  ]);
  expect(outbox.take(10)).toEqual([
    { to: "starters", kind: "defined", workflow: "a" },
    { to: "starters", kind: "defined", workflow: "b" },
  ]);
});

test("jobs that are watched go out as one list, those that were changed as one for each who watches", () => {
  const outbox = outboxWith([
    { kind: "watching", at: "p", jobs: ["1"] },
    { kind: "progressed", to: "q", jobs: ["2"] },
    { kind: "progressed", to: "r", jobs: ["2"] },
    { kind: "watching", at: "p", jobs: ["3"] },
    { kind: "progressed", to: "q", jobs: ["4"] },
  ]);
  expect(outbox.take(10)).toEqual([
    { to: "workers", kind: "watching", jobs: ["1", "3"] },
    { to: "q", kind: "progressed", jobs: ["2", "4"] },
    { to: "r", kind: "progressed", jobs: ["2"] },
  ]);
});

test("jobs are grouped by the worker they are assigned to, and by its process", () => {
  const outbox = outboxWith([
    assigned("p", "w", "1", "2"),
    assigned("p", "v", "3"),
    assigned("p", "w", "4"),
    assigned("q", "w", "5"),
  ]);
  expect(outbox.take(10)).toEqual([
    { to: "p", kind: "assigned", worker: "w", jobs: ["1", "2", "4"] },
    { to: "p", kind: "assigned", worker: "v", jobs: ["3"] },
    { to: "q", kind: "assigned", worker: "w", jobs: ["5"] },
  ]);
});

test("of a worker's room the newest is told", () => {
  const outbox = outboxWith([
    { kind: "room", worker: "w", room: 1, but: ["flood"] },
    { kind: "room", worker: "v", room: 2 },
    { kind: "room", worker: "w", room: 3 },
    { kind: "room", worker: "v", room: 2, but: ["flood"] },
  ]);
  expect(outbox.take(10)).toEqual([
    { to: "starters", kind: "room", worker: "w", room: 3 },
    { to: "starters", kind: "room", worker: "v", room: 2, but: ["flood"] },
  ]);
});

test("no document grows beyond a thousand jobs, and none is lost at the border", () => {
  const jobs = Array.from({ length: 2500 }, (_, index) => String(index));
  const outbox = outboxWith([...jobs.map((jobId): Hint => ({ kind: "revoked", jobId })), assigned("p", "w", ...jobs)]);
  const taken = outbox.take(10).map((message) => ("jobs" in message ? message.jobs : []));
  expect(taken.map(({ length }) => length)).toEqual([1000, 1000, 500, 1000, 1000, 500]);
  expect(taken.slice(0, 3).flat()).toEqual(jobs);
  expect(taken.slice(3).flat()).toEqual(jobs);
});

test("what is not taken yet still grows, what was taken does not", () => {
  const outbox = outboxWith([assigned("p", "w", "1"), assigned("p", "v", "2")]);
  const [first] = outbox.take(1);
  outbox.add(assigned("p", "w", "3"));
  outbox.add(assigned("p", "v", "4"));
  expect(first).toMatchObject({ worker: "w", jobs: ["1"] });
  expect(outbox.take(10)).toMatchObject([
    { worker: "v", jobs: ["2", "4"] },
    { worker: "w", jobs: ["3"] },
  ]);
});

test("beyond its capacity the oldest are dropped and counted, and what is left is whole", () => {
  const outbox = outboxWith([], 10_000);
  for (let job = 0; job < 100_000; job++) outbox.add({ kind: "revoked", jobId: String(job) });
  const taken = outbox.take(1000).flatMap((message) => ("jobs" in message ? message.jobs : []));
  expect(taken.length).toBeGreaterThan(8000);
  expect(taken.length).toBeLessThanOrEqual(10_000);
  expect(taken.at(-1)).toBe("99999");
  expect(Number(taken.at(-1)) - Number(taken[0])).toBe(taken.length - 1);
  expect(outbox.takeDropped()).toBe((100_000 - taken.length) / 1000);
  expect(outbox.takeDropped()).toBe(0);
});

test("that jobs may be ready is told once for each topic", () => {
  const outbox = outboxWith([
    { kind: "ready", workflow: "mail", topic: "default" },
    { kind: "ready", workflow: "report", topic: "reports" },
    { kind: "ready", workflow: "greet", topic: "default" },
    { kind: "ready" },
  ]);
  expect(outbox.take(10)).toEqual([
    { to: "workers", kind: "ready", topic: "default" },
    { to: "workers", kind: "ready", topic: "reports" },
    { to: "workers", kind: "ready" },
  ]);
});
