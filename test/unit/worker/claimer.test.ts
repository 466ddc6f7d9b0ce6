import { expect, onTestFinished, test } from "vitest";
import { type Claimed, Claimer, type ClaimerHost } from "../../../src/worker/claimer.ts";
import { eventually } from "../../support/eventually.ts";
import { pendingJob } from "../../support/jobs.ts";

/** A claimer of a worker with ten free slots, ended with the test. */
function claimerWith(host: Pick<ClaimerHost, "pollMs" | "hintsArrive" | "claim">): Claimer {
  const claimer = new Claimer({
    mayClaim: () => true,
    freeSlots: () => 10,
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
  return { kind: "claimed", jobs: claimed, suspectsReady: false };
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

test("jobs may be assigned from afar unless the last claim left some behind, however many hints come", async () => {
  const answers: ((claimed: Claimed) => void)[] = [];
  const claimer = claimerWith({
    pollMs: 60_000,
    hintsArrive: () => true,
    claim: () => new Promise((resolve) => void answers.push(resolve)),
  });
  claimer.begin();
  expect(claimer.caughtUp).toBe(false); // nobody knows yet what waits
  answers.shift()?.(answer(5)); // as many as it asked for
  await eventually("it asks again", () => answers.length === 1);
  expect(claimer.caughtUp).toBe(false);
  answers.shift()?.(answer(4));
  await eventually("it has got all there is", () => claimer.caughtUp);
  claimer.hint();
  claimer.hint();
  expect(claimer.nothingWaits).toBe(false);
  expect(claimer.caughtUp).toBe(true);
});
