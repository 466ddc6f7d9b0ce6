import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RoomReports, reportOf } from "../../../src/worker/assignment/room-reports.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A worker of 100 slots, and what it told. */
function reportsOf(room: { now: number }) {
  const told: number[] = [];
  const reports = new RoomReports(
    100,
    () => ({ room: room.now }),
    (report) => told.push(report.room),
  );
  return { reports, told };
}

test("the end of all room, and the first room again, are told at once", async () => {
  const room = { now: 100 };
  const { reports, told } = reportsOf(room);
  reports.jobMoved();
  await vi.advanceTimersByTimeAsync(20);
  room.now = 0;
  reports.jobMoved();
  await vi.advanceTimersByTimeAsync(20);
  room.now = 1;
  reports.jobMoved();
  await vi.advanceTimersByTimeAsync(20);
  expect(told).toEqual([100, 0, 1]);
});

test("a few jobs are told of together, a quarter of a second after the first at the latest", async () => {
  const room = { now: 100 };
  const { reports, told } = reportsOf(room);
  reports.now();
  for (let job = 0; job < 10; job += 1) {
    reports.jobMoved();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(told).toEqual([100]);
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toEqual([100, 100]); // the same, but those who assigned may count on it again
});

test("many jobs, or a large change, are told at the next look", async () => {
  const room = { now: 20 };
  const { reports, told } = reportsOf(room);
  reports.now();
  for (let job = 0; job < 25; job += 1) reports.jobMoved();
  await vi.advanceTimersByTimeAsync(20);
  expect(told).toEqual([20, 20]);
  room.now = 45;
  reports.check();
  await vi.advanceTimersByTimeAsync(20);
  expect(told).toEqual([20, 20, 45]);
});

test("while there is much room, it is told at the next look when half of it was used, or is gone", async () => {
  const room = { now: 100 };
  const { reports, told } = reportsOf(room);
  reports.now();
  for (let job = 0; job < 49; job += 1) reports.jobMoved(); // came
  room.now = 51;
  for (let job = 0; job < 49; job += 1) reports.jobMoved(); // left
  await vi.advanceTimersByTimeAsync(20);
  expect(told).toEqual([100]);
  for (let job = 0; job < 2; job += 1) reports.jobMoved();
  await vi.advanceTimersByTimeAsync(20);
  expect(told).toEqual([100, 51]);
  room.now = 25;
  reports.check();
  await vi.advanceTimersByTimeAsync(20);
  expect(told).toEqual([100, 51, 25]);
});

test("a worker that has no room says so once, however many jobs come and go", async () => {
  const room = { now: 0 };
  const { reports, told } = reportsOf(room);
  for (let job = 0; job < 200; job += 1) {
    reports.jobMoved();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(told).toEqual([0]);
});

test("nothing is told while nothing moves", async () => {
  const { reports, told } = reportsOf({ now: 50 });
  reports.check();
  await vi.advanceTimersByTimeAsync(5000);
  reports.check();
  await vi.advanceTimersByTimeAsync(5000);
  expect(told).toEqual([50]);
});

test("of which workflows none are taken is told as soon as that changes", async () => {
  const report: { room: number; but?: readonly string[] } = { room: 50 };
  const told: unknown[] = [];
  const reports = new RoomReports(
    100,
    () => ({ ...report }),
    (one) => told.push(one),
  );
  reports.now();
  report.but = ["flood"];
  reports.check();
  await vi.advanceTimersByTimeAsync(20);
  delete report.but;
  reports.check();
  await vi.advanceTimersByTimeAsync(20);
  expect(told).toEqual([{ room: 50 }, { room: 50, but: ["flood"] }, { room: 50 }]);
});

test("a worker that would have to name very many workflows says that it has no room", () => {
  const workflows = Array.from({ length: 51 }, (_, index) => `w${index}`);
  const fifty = workflows.slice(1);
  expect(reportOf(9, [...fifty, ...fifty])).toEqual({ room: 9, but: fifty.sort() });
  expect(reportOf(9, workflows)).toEqual({ room: 0 });
});
