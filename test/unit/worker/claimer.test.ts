import { expect, onTestFinished, test } from "vitest";
import { Claimer, type ClaimerHost } from "../../../src/worker/claimer.ts";
import { eventually } from "../../support/eventually.ts";

/** A claimer that polls as often as it can and finds nothing, and how often it did what. */
function idleClaimer(hintsArrive: boolean) {
  const counts = { unheard: 0, claims: 0 };
  const host: ClaimerHost = {
    pollMs: 1,
    mayClaim: () => true,
    freeSlots: () => 10,
    empty: () => true,
    maxLost: () => 10,
    nowMs: () => 0,
    hintsArrive() {
      counts.unheard += 1;
      return hintsArrive;
    },
    claim: async () => {
      counts.claims += 1;
      return { kind: "claimed", jobs: [], suspectsReady: false };
    },
  };
  const claimer = new Claimer(host);
  onTestFinished(() => claimer.stop());
  claimer.begin();
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
