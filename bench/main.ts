// `npm run bench [-- --short] [-- --json]`: the product beside a floor, in one run. `npm run build` comes first.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startChild } from "./child.ts";
import { measureColdStarts } from "./cold-start.ts";
import { measureIdle } from "./idle.ts";
import type { LoadAnswer, LoadQuestion } from "./load.ts";
import type { ReceiverAnswer, ReceiverQuestion } from "./receiver.ts";
import { reportOf, table } from "./report.ts";
import { measureThroughput } from "./throughput.ts";

const { values: asked } = parseArgs({ options: { short: { type: "boolean" }, json: { type: "boolean" } } });

const plan = asked.short
  ? { rounds: 1, jobsPerRound: 1000, coldStarts: 1, samples: 10, quietMs: 1000 }
  : { rounds: 5, jobsPerRound: 10_000, coldStarts: 10, samples: 150, quietMs: 15_000 };
const connections = 64;

const folder = await mkdtemp(join(tmpdir(), "workflows-floor-"));
try {
  await using receiver = await startChild<ReceiverQuestion, ReceiverAnswer, { port: number }>("receiver");
  await using load = await startChild<LoadQuestion, LoadAnswer, object>("load");
  const children = { receiver, receiverPort: receiver.hello.port, load };
  const { rounds, jobsPerRound } = plan;
  const floorPath = join(folder, "floor.db");
  const throughput = await measureThroughput(children, { rounds, jobsPerRound, connections, floorPath });
  const coldStartsMs = await measureColdStarts(children.receiverPort, plan.coldStarts);
  const idle = await measureIdle(children, plan);
  const report = reportOf({ throughput, coldStartsMs, idle, jobsPerRound, connections });
  console.log(asked.json ? JSON.stringify(report, undefined, 2) : table(report));
} finally {
  await rm(folder, { recursive: true, force: true });
}
