import { commandsCampaign } from "../campaigns/commands-campaign.ts";
import type { Patch } from "./mutant.ts";

/** A way to have commands run twice at once, which the commands themselves notice. */
export interface CommandBreakage {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** Shown by workers on machines of their own, around MongoDB. */
  readonly machines?: true;
}

export const commandBreakages: readonly CommandBreakage[] = [
  {
    name: "what is left of commands of a lost worker is not ended",
    patches: [
      {
        file: "src/processes/left-group.ts",
        find: 'return (await endGroup(group.pid, 0)) ? "ended" : "unknown";',
        replace: 'return "ended";',
      },
    ],
  },
  {
    name: "a job goes on beside commands that were left",
    patches: [
      {
        file: "src/worker/running/job-runner.ts",
        find: "if (left.length > 0) void this.#clear(",
        replace: "if (left.length < 0) void this.#clear(",
      },
      {
        file: "src/worker/running/job-runner.ts",
        find: "if (left.length > 0) return void this.#clear(",
        replace: "if (left.length < 0) return void this.#clear(",
      },
      {
        file: "src/engine/lost.ts",
        find: 'node.whenLost === "retry" && processGroups === undefined',
        replace: 'node.whenLost === "retry"',
      },
    ],
  },
  {
    name: "what may run on another machine is taken to have ended",
    patches: [
      {
        file: "src/processes/left-group.ts",
        find: '|| !hasProcessTable()) return "unknown";',
        replace: '|| !hasProcessTable()) return "ended";',
      },
    ],
    machines: true,
  },
];

/** What the commands of a copy of the product, broken or not, noticed; undefined where it was nothing. */
export async function overlapsIn(
  root: string,
  { machines }: CommandBreakage,
  seed: number,
): Promise<string | undefined> {
  const plan = { root, jobs: 40, faults: 6, seed, healWithinMs: 15_000 };
  const { overlaps, begun } = await commandsCampaign(machines ? { ...plan, store: "mongodb", machines } : plan);
  return overlaps.length === 0 ? undefined : `${overlaps.length} of ${begun + overlaps.length} runs overlapped another`;
}
