import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../processes/child.ts";
import { type Children, exactlyOnce } from "../workloads/children.ts";
import type { Contender } from "../workloads/contender.ts";
import type { FloorAnswer, FloorQuestion } from "./sqlite-program.ts";

/** One process that inserts, calls and updates, with the product's settings of SQLite; nothing passes through an API. */
export async function startSqliteFloor(children: Children): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), "workflows-floor-"));
  const floor = await startChild<FloorQuestion, FloorAnswer, object>("floor/sqlite-program", [
    join(folder, "floor.db"),
  ]);
  return {
    name: "floor",
    roles: { process: [floor.pid] },
    async run({ jobs, connections }) {
      await children.receiver.ask({ kind: "expect", jobs });
      const { receiverPort } = children;
      const answer = await floor.ask({ receiverPort, jobs, inFlight: connections });
      await exactlyOnce(children, jobs);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await floor[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
