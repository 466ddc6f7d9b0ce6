import { expect, test } from "vitest";
import { Turns } from "../../../../src/jobs/watch/turns.ts";

const soonMs = 10_000;
const { signal } = new AbortController();

test("turns are given as people came; who leaves or waited enough gets none", async () => {
  const turns = new Turns(1, soonMs);
  const first = await turns.next(soonMs, signal);
  const leaving = new AbortController();
  const left = turns.next(soonMs, leaving.signal);
  const patient = turns.next(soonMs, signal);
  expect(await turns.next(0, signal)).toBeUndefined();
  leaving.abort();
  expect(await left).toBeUndefined();
  expect(await turns.next(soonMs, leaving.signal)).toBeUndefined();
  expect(first?.isOver).toBe(false);
  first?.end();
  first?.end();
  expect(await patient).toBeDefined();
  expect(await turns.next(0, signal)).toBeUndefined();
});

test("a turn that was long is over when another waits, and is taken from one who does not give it back", async () => {
  const turns = new Turns(1, 0);
  const stuck = await turns.next(soonMs, signal);
  expect(stuck?.isOver).toBe(false);
  const next = await turns.next(soonMs, signal);
  expect(stuck?.isOver).toBe(true);
  stuck?.end(); // it is not his any more
  expect(next?.isOver).toBe(false);
});
