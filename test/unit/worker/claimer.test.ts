import { expect, onTestFinished, test } from "vitest";
import { type Claimed, Claimer, type ClaimerHost } from "../../../src/worker/claimer.ts";
import { eventually } from "../../support/eventually.ts";
import { pendingJob } from "../../support/jobs.ts";

/** A claimer of a worker with ten free slots, ended with the test. */
function claimerWith(host: Partial<ClaimerHost> & Pick<ClaimerHost, "pollMs" | "hintsArrive" | "claim">): Claimer {
  const claimer = new Claimer({
    mayClaim: () => true,
    freeSlots: () => 10,
    isShared: () => false,
    roomOf: () => 10,
    isCrowded: () => false,
    empty: () => true,
    maxLost: () => 10,
    nowMs: () => 0,
    ...host,
  });
  onTestFinished(() => claimer.stop());
  return claimer;
}

function answer(jobs: number): Claimed {
  const claimed = Array.from({ length: jobs }, (_, index) => pendingJob(`job ${index}`).job);
  return { kind: "claimed", jobs: claimed, suspectsReady: false, left: [] };
}

/** A claimer that polls as often as it can and finds nothing, and how often it did what. */
function idleClaimer(hintsArrive: boolean) {
  const counts = { unheard: 0, claims: 0 };
  claimerWith({
    pollMs: 1,
    hintsArrive() {
      counts.unheard += 1;
      return hintsArrive;
    },
    claim: async () => {
      counts.claims += 1;
      return answer(0);
    },
  }).begin();
  return counts;
}

test("while hints arrive, a poll in five asks the store for jobs; while they do not, each does", async () => {
  const heard = idleClaimer(true);
  await eventually("40 polls have asked for nothing", () => heard.unheard >= 40);
  expect(heard.claims).toBeGreaterThanOrEqual(10);
  expect(heard.claims).toBeLessThanOrEqual(1 + Math.ceil(heard.unheard / 4));
  const unheard = idleClaimer(false);
  await eventually("40 polls have asked", () => unheard.unheard >= 40);
  expect(unheard.claims).toBeGreaterThanOrEqual(40);
});

/** A claimer whose claims the test answers. */
function answeredClaimer(host: Partial<ClaimerHost> = {}) {
  const answers: ((claimed: Claimed) => void)[] = [];
  const claimer = claimerWith({
    pollMs: 60_000,
    hintsArrive: () => true,
    claim: () => new Promise((resolve) => void answers.push(resolve)),
    ...host,
  });
  claimer.begin();
  return { claimer, answers };
}

test("jobs may be assigned from afar but of workflows of which the last claim left some behind, however many hints come", async () => {
  const { claimer, answers } = answeredClaimer();
  expect(claimer.leftBehind).toBeUndefined(); // nobody knows yet what waits
  answers.shift()?.({ ...answer(5), left: ["flood"] }); // as many as it asked for
  await eventually("it asks again", () => answers.length === 1);
  expect(claimer.leftBehind).toEqual(["flood"]);
  answers.shift()?.(answer(4));
  await eventually("it has got all there is", () => claimer.leftBehind?.length === 0);
  claimer.hint();
  claimer.hint();
  expect(claimer.nothingWaitsOf("sample")).toBe(false);
  expect(claimer.leftBehind).toEqual([]);
});

test("a new job overtakes those that wait of other workflows, not those of its own", async () => {
  const { claimer, answers } = answeredClaimer();
  answers.shift()?.({ ...answer(5), left: ["flood"] });
  await eventually("it asks again", () => answers.length === 1);
  expect([claimer.nothingWaitsOf("flood"), claimer.nothingWaitsOf("quiet")]).toEqual([false, true]);
  claimer.hint("quiet"); // one of it is stored, and not here
  expect(claimer.nothingWaitsOf("quiet")).toBe(false);
});

test("jobs that could not begin for their target keep no slots from those of another workflow", async () => {
  let crowded = false;
  const { claimer, answers } = answeredClaimer({ isCrowded: () => crowded });
  answers.shift()?.({ ...answer(0), left: ["flood"] });
  await eventually("the answer is known", () => claimer.leftBehind?.length === 1);
  claimer.hint("flood");
  expect(claimer.othersWait("quiet")).toBe(true);
  crowded = true;
  expect(claimer.othersWait("quiet")).toBe(false);
});

test("what was left for want of room is asked for as soon as there is room, and no sooner", async () => {
  let room = 0;
  const { claimer, answers } = answeredClaimer({ roomOf: () => room });
  answers.shift()?.({ ...answer(0), left: ["flood"] });
  await eventually("the answer is known", () => claimer.leftBehind?.length === 1);
  claimer.slotsFreed();
  expect(answers).toEqual([]);
  room = 1;
  claimer.slotsFreed();
  expect(answers).toHaveLength(1);
});

test("what waits for its workflow's own cap is asked for when a job of it has left", async () => {
  const { claimer, answers } = answeredClaimer();
  answers.shift()?.({ ...answer(0), left: ["capped"], capped: ["capped"] });
  await eventually("the answer is known", () => claimer.leftBehind?.length === 1);
  claimer.slotsFreed();
  claimer.jobLeft("another");
  claimer.slotsFreed();
  expect(answers).toEqual([]);
  claimer.jobLeft("capped");
  claimer.slotsFreed();
  expect(answers).toHaveLength(1);
});

test("a job that leaves while an answer is awaited which counts it still is not forgotten: what its cap kept is asked for", async () => {
  const { claimer, answers } = answeredClaimer();
  const first = answers.shift();
  claimer.jobLeft("capped");
  claimer.slotsFreed();
  expect(answers).toEqual([]);
  first?.({ ...answer(0), left: ["capped"], capped: ["capped"] });
  await eventually("it is asked for", () => answers.length === 1);
  answers.shift()?.({ ...answer(0), left: ["capped"], capped: ["capped"] });
  await eventually("the answer is known", () => claimer.leftBehind?.length === 1);
  claimer.slotsFreed();
  expect(answers).toEqual([]);
});

test("jobs that were parked are asked for on time, each of them, however many claims meanwhile see only others that may not run", async () => {
  const asked: number[] = [];
  const begunMs = performance.now();
  const nowMs = (): number => performance.now() - begunMs;
  const claimer = claimerWith({
    pollMs: 60_000,
    hintsArrive: () => true,
    nowMs,
    claim: async () => {
      asked.push(nowMs());
      return { ...answer(0), left: ["capped"], capped: ["capped"] };
    },
  });
  claimer.begin();
  claimer.parked(150);
  claimer.parked(50);
  claimer.hint();
  await eventually("the first is asked for", () => asked.some((at) => at >= 50));
  claimer.hint();
  await eventually("the second is asked for", () => asked.some((at) => at >= 150));
});

test.each([
  { beside: "alone", isShared: false, asked: 50 },
  { beside: "beside another that was here lately", isShared: true, asked: 16 },
])(
  "a workflow $beside is given at most $asked jobs by one claim of a worker with a hundred free slots",
  ({ isShared, asked }) => {
    const limits: number[] = [];
    const claim: ClaimerHost["claim"] = (limit) => {
      limits.push(limit);
      return new Promise(() => undefined);
    };
    const host = { freeSlots: () => 100, isShared: () => isShared, claim };
    claimerWith({ pollMs: 60_000, hintsArrive: () => true, ...host }).begin();
    expect(limits).toEqual([asked]);
  },
);
