import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RoomQueue } from "../../../src/jobs/placement/room-queue.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Starts that wait, and the order in which their wait ended. */
function waitingStarts(queue: RoomQueue) {
  const over: string[] = [];
  const wait = (name: string): boolean => {
    const promise = queue.wait();
    void promise?.then(() => over.push(name));
    return promise !== undefined;
  };
  return { over, wait };
}

test("as many starts go on as there is room for, first come, first served", async () => {
  const queue = new RoomQueue();
  const { over, wait } = waitingStarts(queue);
  for (const name of ["a", "b", "c"]) wait(name);
  queue.admit(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(over).toEqual(["a", "b"]);
  queue.admit(5);
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
  queue.admit(1);
  expect(wait("e")).toBe(true);
});

test("while room becomes free for others a start waits longer, but not for ever", async () => {
  const queue = new RoomQueue();
  const { over, wait } = waitingStarts(queue);
  for (let index = 0; index < 100; index += 1) wait(`before ${index}`);
  wait("late");
  for (let elapsedMs = 0; elapsedMs < 180; elapsedMs += 20) {
    queue.admit(1);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(over).toHaveLength(9);
  for (let elapsedMs = 180; elapsedMs < 360; elapsedMs += 20) {
    queue.admit(1);
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(over).toContain("late");
  expect(wait("next")).toBe(true); // room comes: waiting is still worth it
});

test("no more than a few hundred wait at once", () => {
  const { wait } = waitingStarts(new RoomQueue());
  const waiting = Array.from({ length: 400 }, (_, index) => wait(String(index))).filter(Boolean);
  expect(waiting).toHaveLength(256);
});
