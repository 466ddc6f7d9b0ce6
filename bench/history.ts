// Whether a store with a long history is as fast as one with hardly any: the same operations on both, in turns. Takes some minutes.
// Usage: node bench/history.ts [--store sqlite|mongodb] [--jobs 1000000] [--rounds 45] [--json]. Exit code 1 where it is more than 15 % slower.
import { parseArgs } from "node:util";
import { newWorkerId } from "../src/model/ids.ts";
import type { Store } from "../src/store/store.ts";
import { workerInfo } from "../test/support/jobs.ts";
import { fill } from "./history/finished-jobs.ts";
import { deepKey, leastJobs, operations, type Subject } from "./history/operations.ts";
import { type Spread, spreadOf } from "./report/spread.ts";
import { adaptersOf } from "./stores/adapter.ts";
import type { StoreName } from "./stores/measured-store.ts";
import { storesAsked } from "./stores/open.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    jobs: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "45" },
    json: { type: "boolean" },
  },
});
const jobs = Number(values.jobs);
const rounds = Number(values.rounds);
const mostSlower = 0.15;

interface Compared {
  readonly store: StoreName;
  readonly operation: string;
  /** With hardly any history, and with all of it. */
  readonly shortMs: Spread;
  readonly longMs: Spread;
  /** Long against short, each round. */
  readonly ratio: Spread;
}

async function subjectWith(store: Store, finished: number): Promise<Subject> {
  let told = 0;
  await fill(store, finished, (stored) => {
    if (stored - told < 100_000) return;
    told = stored;
    console.error(`${stored} of ${finished} finished jobs are stored`);
  });
  const worker = newWorkerId();
  await store.workers.register(workerInfo(worker));
  return { store, worker, deep: await deepKey(store) };
}

/** The first round warms up. Who begins changes with the rounds. */
async function compare(name: StoreName): Promise<Compared[]> {
  await using adapters = await adaptersOf(name);
  const short = await subjectWith(await adapters.open(), leastJobs);
  const long = await subjectWith(await adapters.open(), jobs);
  await adapters.settle();
  const compared: Compared[] = [];
  for (const [operation, measure] of Object.entries(operations)) {
    const ms = new Map<Subject, number[]>([
      [short, []],
      [long, []],
    ]);
    for (let round = 0; round <= rounds; round += 1) {
      for (const subject of round % 2 === 0 ? [short, long] : [long, short]) {
        const took = await measure(subject);
        if (round > 0) ms.get(subject)?.push(took);
      }
    }
    const [ofShort = [], ofLong = []] = ms.values();
    const ratio = spreadOf(ofLong.map((took, round) => took / (ofShort[round] ?? Number.NaN)));
    compared.push({ store: name, operation, shortMs: spreadOf(ofShort), longMs: spreadOf(ofLong), ratio });
  }
  return compared;
}

function line({ store, operation, shortMs, longMs, ratio }: Compared): string {
  const figures = [shortMs.median.toFixed(1), longMs.median.toFixed(1), ratio.median.toFixed(2)];
  const range = `${ratio.min.toFixed(2)} - ${ratio.max.toFixed(2)}`;
  return [
    store.padEnd(8),
    operation.padEnd(32),
    ...figures.map((figure) => figure.padStart(8)),
    range.padStart(14),
  ].join(" ");
}

const compared: Compared[] = [];
for (const name of storesAsked(values.store)) compared.push(...(await compare(name)));
if (values.json) console.log(JSON.stringify(compared, undefined, 2));
else {
  console.log(
    `${rounds} rounds; ms with ${leastJobs} and with ${jobs} finished jobs, medians; ratio: median, least - most`,
  );
  for (const one of compared) console.log(line(one));
}
if (compared.some(({ ratio }) => ratio.median > 1 + mostSlower)) process.exitCode = 1;
