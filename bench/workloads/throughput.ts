import { cpuSince } from "../processes/cpu.ts";
import { quantile } from "../report/spread.ts";
import type { MeasuredStore } from "../stores/measured-store.ts";
import type { Children } from "./children.ts";
import type { Contender, Load } from "./contender.ts";
import { fleet, startContender } from "./shapes.ts";

export interface ThroughputPlan extends Load {
  /** Rounds that are not counted: code is compiled, files grow. */
  readonly warmUps: number;
  readonly rounds: number;
}

/** What one contender did in each round. */
export interface Throughput {
  readonly contender: string;
  readonly perSecond: number[];
  /** CPU time per 1,000 jobs by role, ms. */
  readonly cpuMs: Record<string, number>[];
  /** From a start to its acknowledgement under that load, ms. */
  readonly acknowledgedP50Ms: number[];
  readonly acknowledgedP99Ms: number[];
  /** Starts that were refused because of overload and sent again, in all rounds. */
  refused: number;
  bytesPerJob?: number;
}

/** Floor and product in turns, on the same receiver and store. Throws unless each job was called exactly once. */
export async function measureThroughput(
  store: MeasuredStore,
  children: Children,
  plan: ThroughputPlan,
): Promise<Throughput[]> {
  await using started = new AsyncDisposableStack();
  const contenders = [
    started.use(await store.startFloor(children)),
    started.use(await startContender(store, children, fleet)),
    started.use(await startContender(store, children, "standalone")),
  ];
  const measured = contenders.map((contender) => ({ contender, figures: figuresOf(contender) }));
  for (let round = -plan.warmUps; round < plan.rounds; round += 1) {
    for (const { contender, figures } of measured)
      await runRound(children, contender, plan, round < 0 ? [] : [figures]);
  }
  for (const { contender, figures } of measured) {
    if (contender.bytesPerJob !== undefined) figures.bytesPerJob = await contender.bytesPerJob();
  }
  return measured.map(({ figures }) => figures);
}

function figuresOf({ name }: Contender): Throughput {
  return { contender: name, perSecond: [], cpuMs: [], acknowledgedP50Ms: [], acknowledgedP99Ms: [], refused: 0 };
}

async function runRound(
  children: Children,
  contender: Contender,
  { jobs, connections }: Load,
  into: readonly Throughput[],
): Promise<void> {
  const ends = { client: [children.load.pid], receiver: [children.receiver.pid] };
  const usedCpu = cpuSince({ ...contender.roles, ...ends });
  const { elapsedMs, acknowledgedAfterMs, refused = 0 } = await contender.run({ jobs, connections });
  const used = Object.entries(usedCpu()).map(([role, ms]): [string, number] => [role, (ms / jobs) * 1000]);
  for (const figures of into) {
    figures.perSecond.push((jobs / elapsedMs) * 1000);
    figures.refused += refused;
    figures.cpuMs.push(Object.fromEntries(used));
    if (acknowledgedAfterMs === undefined) continue;
    figures.acknowledgedP50Ms.push(quantile(acknowledgedAfterMs, 0.5));
    figures.acknowledgedP99Ms.push(quantile(acknowledgedAfterMs, 0.99));
  }
}
