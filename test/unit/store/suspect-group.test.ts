import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultLimits } from "../../../src/model/decision/moment.ts";
import { largestGroup, suspectFrom, suspectGroup, suspectsLookedAt } from "../../../src/store/suspects.ts";

const lost = (...losses: number[]): { lost: number }[] => losses.map((count) => ({ lost: count }));
const many = (count: number, losses: number): { lost: number }[] =>
  Array.from({ length: count }, () => ({ lost: losses }));

test.each([
  ["none", [], 0],
  ["a single one alone", lost(2), 1],
  ["half of them, rounded up", lost(2, 2, 2), 2],
  ["half of a few", lost(2, 2, 2, 2), 2],
  ["all of many that are new to it", many(13, 2), 13],
  ["half of many, one of which lost another worker", [...many(13, 2), ...lost(3)], 7],
  ["no more than the bound", many(suspectsLookedAt, 2), largestGroup],
  ["half as many after another loss", many(suspectsLookedAt, 3), largestGroup / 2],
  ["alone from the seventh loss on", many(suspectsLookedAt, 7), 1],
  ["alone after any number of losses", many(suspectsLookedAt, 1000), 1],
  ["those before one that must be alone", lost(2, 2, 9, 2, 2, 2, 2, 2), 2],
  ["the one that must be alone, if it is first", lost(9, 2, 2, 2, 2, 2), 1],
])("%s", (_name, ready, size) => {
  expect(suspectGroup(ready)).toBe(size);
});

interface Suspect {
  readonly kills: boolean;
  lost: number;
}

/**
 * What becomes of jobs one of which kills every worker that runs it: ready suspects are taken in groups, in any order; a group
 * with the killer is lost and comes back, any other is cleared. Answers how large the killer's group was at each of its losses.
 */
function killerAmong(innocent: number, shuffle: (ready: Suspect[]) => Suspect[]): { groups: number[]; worst: number } {
  const killer: Suspect = { kills: true, lost: suspectFrom };
  let ready: Suspect[] = [killer, ...Array.from({ length: innocent }, () => ({ kills: false, lost: suspectFrom }))];
  const groups: number[] = [];
  let worst = suspectFrom;
  while (killer.lost < defaultLimits.maxLost) {
    const seen = shuffle(ready).slice(0, suspectsLookedAt);
    const group = seen.slice(0, suspectGroup(seen));
    if (!group.includes(killer)) {
      ready = ready.filter((job) => !group.includes(job));
      continue;
    }
    groups.push(group.length);
    for (const job of group) job.lost += 1;
    for (const job of group) if (!job.kills) worst = Math.max(worst, job.lost);
  }
  return { groups, worst };
}

test("whatever the order, a job that kills its workers is alone by its seventh loss, and takes no innocent one with it to the end", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (innocent, chance) => {
        const shuffle = (ready: Suspect[]): Suspect[] =>
          ready
            .map((job) => ({ job, at: chance.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ job }) => job);
        const { groups, worst } = killerAmong(innocent, shuffle);
        const alone = groups.slice(7 - suspectFrom); // its seventh loss made it a suspect for the last group that it shared
        expect(alone.every((size) => size === 1)).toBe(true);
        expect(worst).toBeLessThanOrEqual(7);
      },
    ),
    { numRuns: 200 },
  );
});
