// `npm run test:mutations`: breaks the product in one way after the other and sees the checker notice each.
// An argument picks those breakages whose name has it in it.

import { killCampaign } from "../campaigns/kill-campaign.ts";
import { stopCampaign } from "../campaigns/stop-campaign.ts";
import { check, describe } from "../checker/checker.ts";
import type { Call, Evidence, Invariant } from "../checker/evidence.ts";
import { type Breakage, breakages } from "./breakages.ts";
import { type CommandBreakage, commandBreakages, overlapsIn } from "./command-breakages.ts";
import { makeMutant } from "./mutant.ts";

/** A fault must hit a moment; what it misses at one seed it hits at another. */
const seeds = [1, 2, 3, 4, 5];

let failures = 0;

function judge(name: string, passed: boolean, told: string): void {
  if (!passed) failures += 1;
  console.log(`${passed ? "ok  " : "FAIL"} ${name}\n${told.replaceAll(/^/gm, "       ")}`);
}

function invariantsBroken(evidence: Evidence): Set<Invariant> {
  return new Set(check(evidence).map((violation) => violation.invariant));
}

async function unbroken(): Promise<Evidence> {
  await using copy = await makeMutant([]);
  const { root } = copy;
  const kills = await killCampaign({ root, jobs: 150, kills: 6, seed: 1, healWithinMs: 60_000 });
  const stops = await stopCampaign({ root, stops: 3, jobsPerStop: 12, seed: 1, healWithinMs: 60_000 });
  const violations = [...check(kills.evidence), ...check(stops.evidence)];
  judge("unbroken: nothing is found", violations.length === 0, describe(violations) || "I1 to I6 hold");
  return kills.evidence;
}

async function broken(breakage: Breakage): Promise<void> {
  await using copy = await makeMutant(breakage.patches);
  let found = "";
  for (const seed of seeds) {
    const evidence = await breakage.run(copy.root, seed);
    found = describe(check(evidence)) || `nothing found at seed ${seed}`;
    if (!invariantsBroken(evidence).has(breakage.breaks)) continue;
    return judge(`${breakage.name}: breaks ${breakage.breaks}`, true, found);
  }
  judge(`${breakage.name}: must break ${breakage.breaks}`, false, found);
}

async function overlapping(breakage: CommandBreakage): Promise<void> {
  const { name, patches } = breakage;
  await using copy = await makeMutant(patches);
  for (const seed of seeds) {
    const found = await overlapsIn(copy.root, breakage, seed);
    if (found !== undefined) return judge(`${name}: commands overlap`, true, found);
  }
  judge(`${name}: commands must overlap`, false, "none did");
}

/** Deletes each line of the log in turn that alone shows a recorded result; every time it must be missed. */
function withoutOneLine(evidence: Evidence): void {
  const alone = evidence.calls.filter((call) => isOnlySuccess(call, evidence.calls));
  const unnoticed = alone.filter((deleted) => {
    const rest = evidence.calls.filter((call) => call !== deleted).map((call, index) => ({ ...call, line: index + 1 }));
    return !invariantsBroken({ ...evidence, calls: rest }).has("I2");
  });
  const told = `${alone.length} lines deleted one at a time, ${unnoticed.length} not missed`;
  judge("one line of the receiver's log is deleted: breaks I2", alone.length > 0 && unnoticed.length === 0, told);
}

function isOnlySuccess(call: Call, calls: readonly Call[]): boolean {
  const same = calls.filter((other) => other.idempotencyKey === call.idempotencyKey && other.status < 400);
  return same.length === 1 && same[0] === call && call.answeredAtMs !== undefined;
}

withoutOneLine(await unbroken());
const [part = ""] = process.argv.slice(2);
for (const breakage of breakages) if (breakage.name.includes(part)) await broken(breakage);
for (const breakage of commandBreakages) if (breakage.name.includes(part)) await overlapping(breakage);
console.log(failures === 0 ? "The checker notices every breakage." : `${failures} went wrong.`);
process.exitCode = failures === 0 ? 0 : 1;
