import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RoomQueue } from "../../../../src/jobs/placement/room-queue.ts";
import type { Taken } from "../../../../src/model/takes.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Starts that wait, and the order in which their wait ended. */
function waitingStarts(queue: RoomQueue) {
  const over: string[] = [];
  const wait = (name: string, job: Taken = { workflow: "greet" }): boolean => {
    const promise = queue.wait(job);
    void promise?.then(() => over.push(name));
    return promise !== undefined;
  };
  return { over, wait };
}

const takesAll = (): boolean => true;

test("as many starts go on as there is room for, first come, first served", async () => {
  const queue = new RoomQueue();
  const { over, wait } = waitingStarts(queue);
  for (const name of ["a", "b", "c"]) wait(name);
  queue.admit(2, takesAll);
  await vi.advanceTimersByTimeAsync(0);
  expect(over).toEqual(["a", "b"]);
  queue.admit(5, takesAll);
  await vi.advanceTimersByTimeAsync(0);
  expect(over).toEqual(["a", "b", "c"]);
});

test("where no room becomes free a start waits for a moment only, and the next ones not at all", async () => {
  const queue = new RoomQueue();
  const { over, wait } = waitingStarts(queue);
  wait("a");
  await vi.advanceTimersByTimeAsync(110);
  expect(over).toEqual(["a"]);
  expect(wait("b")).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(wait("c")).toBe(true); // tries again for the others
  expect(wait("d")).toBe(false);
  queue.admit(1, takesAll);
  expect(wait("e")).toBe(true);
});

test("while room becomes free for others a start waits longer, but not for ever", async () => {
  const queue = new RoomQueue();
  const { over, wait } = waitingStarts(queue);
  for (let index = 0; index < 100; index += 1) wait(`before ${index}`);
  wait("late");
  for (let elapsedMs = 0; elapsedMs < 180; elapsedMs += 20) {
    queue.admit(1, takesAll);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(over).toHaveLength(9);
  for (let elapsedMs = 180; elapsedMs < 360; elapsedMs += 20) {
    queue.admit(1, takesAll);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(over).toContain("late");
  expect(wait("next")).toBe(true); // room comes: waiting is still worth it
});

test("room is for the starts whose jobs can be run there, and says nothing of the others", async () => {
  const queue = new RoomQueue();
  const { over, wait } = waitingStarts(queue);
  const takesSlow = ({ topic }: Taken): boolean => topic === "slow";
  for (const name of ["a", "b"]) wait(name);
  wait("slow", { workflow: "greet", topic: "slow" });
  queue.admit(1, takesSlow);
  await vi.advanceTimersByTimeAsync(0);
  expect(over, "those before it are passed over").toEqual(["slow"]);
  for (let elapsedMs = 0; elapsedMs < 120; elapsedMs += 20) {
    expect(wait(`slow ${elapsedMs}`, { workflow: "greet", topic: "slow" })).toBe(true);
    queue.admit(1, takesSlow);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(over, "these have waited in vain").toEqual(expect.arrayContaining(["a", "b"]));
  expect(wait("c")).toBe(false);
  expect(wait("slow", { workflow: "greet", topic: "slow" }), "there waiting is worth it").toBe(true);
  queue.admit(1, takesSlow);
  expect(wait("d"), "which is nothing to others").toBe(false);
});

test("no more than a few hundred of one topic wait at once", () => {
  const { wait } = waitingStarts(new RoomQueue());
  const waiting = Array.from({ length: 400 }, (_, index) => wait(String(index))).filter(Boolean);
  expect(waiting).toHaveLength(256);
  expect(wait("slow", { workflow: "greet", topic: "slow" }), "others do").toBe(true);
});
