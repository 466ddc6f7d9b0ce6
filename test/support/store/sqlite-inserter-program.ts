import { StoreUnavailable } from "../../../src/model/errors.ts";
import { newJobId } from "../../../src/model/ids.ts";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { eventually } from "../eventually.ts";
import { pendingJob } from "../jobs.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("Usage: sqlite-inserter-program.ts FILE");
const store = await openSqliteStore({ path, migrate: false });

function print(line: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${line}\n`, () => resolve());
  });
}

async function insertOne(): Promise<void> {
  const start = pendingJob("inserted", { id: newJobId(Date.now()), input: { blob: "x".repeat(500) } });
  const [answer] = await store.jobs.insert([start]);
  if (answer?.kind === "inserted") await print(start.job.id);
}

/** Inserts until the store fails. */
async function insertAtOnce(callers: number): Promise<StoreUnavailable> {
  let failure: StoreUnavailable | undefined;
  const caller = async (): Promise<void> => {
    while (failure === undefined) {
      try {
        await insertOne();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        failure = error;
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  if (failure === undefined) throw new Error("The callers ended without a failure");
  return failure;
}

for (;;) {
  const failure = await insertAtOnce(20);
  await print(failure.name);
  const isWritable = async (): Promise<boolean> => (await store.housekeeping.health(Date.now())).writable;
  if (!(await isWritable())) await print("not writable");
  await eventually("the store is writable again", isWritable);
  await print("writable");
}
