import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FleetPlacement } from "../../../../src/jobs/placement/fleet-placement.ts";
import { InProcessNotifier } from "../../../../src/notifier/in-process.ts";
import { pendingJob, workerInfo } from "../../../support/jobs.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("room of a worker wakes the starts whose jobs it takes, also where others have waited longer", async () => {
  const notifier = new InProcessNotifier();
  const fleet = new FleetPlacement(notifier);
  fleet.sees([]);
  fleet.sees([
    { ...workerInfo("usual"), beat: 1, room: 0 },
    { ...workerInfo("slow", { takes: { topics: ["slow"] } }), beat: 1, room: 0 },
  ]);
  const over: string[] = [];
  const wait = (name: string, topic?: string): void => {
    const { id, workflow } = pendingJob(name).job;
    const job = { id, workflow, ...(topic !== undefined && { topic }) };
    expect(fleet.reserve(job), "nobody has room").toBeUndefined();
    const soon = fleet.roomSoon(job);
    if (soon === undefined) throw new Error("waiting was of no use");
    void soon.then(() => over.push(name));
  };
  for (const name of ["a", "b", "c"]) wait(name);
  wait("of slow", "slow");
  notifier.publish({ kind: "room", worker: "slow", room: 2, but: ["greet"] });
  notifier.publish({ kind: "room", worker: "nobody", room: 2 });
  await vi.advanceTimersByTimeAsync(1);
  expect(over, "none takes them").toEqual([]);
  notifier.publish({ kind: "room", worker: "slow", room: 2 });
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toEqual(["of slow"]);
  notifier.publish({ kind: "room", worker: "usual", room: 2 });
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toEqual(["of slow", "a", "b"]);
  await vi.advanceTimersByTimeAsync(300);
  expect(over).toEqual(["of slow", "a", "b", "c"]);
});
