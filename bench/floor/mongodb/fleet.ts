import { type Child, startChild } from "../../processes/child.ts";
import type { Roles } from "../../processes/cpu.ts";
import type { Children } from "../../workloads/children.ts";
import { type Contender, runOverHttp } from "../../workloads/contender.ts";
import { createCollections } from "./collections.ts";

const workerNames = ["floor-worker-1", "floor-worker-2"] as const;
/** Calls that a worker makes at a time, as the product's default concurrency. */
const callsAtATime = 100;

/** One server and two workers that do nothing but the writes, the hints and the calls. */
export async function startFleetFloor(
  children: Children,
  { uri, database, roles }: { readonly uri: string; readonly database: string; readonly roles: Roles },
): Promise<Contender> {
  await using started = new AsyncDisposableStack();
  await createCollections(uri, database);
  const common = [uri, database];
  const workers: Child<object, { completed: number }>[] = [];
  for (const name of workerNames) {
    const args = [...common, name, String(children.receiverPort), String(callsAtATime)];
    workers.push(
      started.use(await startChild<object, { completed: number }, object>("floor/mongodb/worker-program", args)),
    );
  }
  const server = started.use(
    await startChild<object, object, { port: number }>("floor/mongodb/server-program", [...common, ...workerNames]),
  );
  const kept = started.move();
  let expected = 0;
  const hasUnfinished = async (): Promise<boolean> => {
    let completed = 0;
    for (const worker of workers) completed += (await worker.ask({})).completed;
    return completed < expected;
  };
  return {
    name: "floor",
    roles: { server: [server.pid], workers: workers.map(({ pid }) => pid), ...roles },
    run(load) {
      expected += load.jobs;
      return runOverHttp(children, server.hello.port, load, hasUnfinished);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
