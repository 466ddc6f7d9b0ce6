import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { onTestFinished } from "../../support/on-test-finished.ts";
import { startReceiver } from "../../support/receiver/receiver.ts";
import { shiftedClock, shiftedClockProgram } from "../../support/shifted-clock/environment.ts";
import { freshPlace, settingsOf } from "../../support/store/store-place.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { showHistory, showJob, startJob } from "../../support/workflows-api.ts";
import { startWorkflows, writeConfig } from "../../support/workflows-process.ts";

const hourMs = 3_600_000;
const retryAfterMs = 2000;

/** The times of the log lines so far. */
function loggedAt(output: string): number[] {
  return [...output.matchAll(/"time":"?([^",]+)/g)].map(([, time = ""]) => new Date(Number(time) || time).getTime());
}

test.concurrent.each([
  ["forward", hourMs],
  ["back", -hourMs],
])(
  "when somebody sets the machine's clock %s by an hour, retries come when they are due, and times are told as before",
  async (_way, byMs) => {
    await using folder = await tempFolder();
    await using receiver = await startReceiver(join(folder.path, "receiver.jsonl"));
    const place = await freshPlace();
    onTestFinished(() => place[Symbol.asyncDispose]());
    const call = (query: string): object => ({ uri: `http://${receiver.address}/called?${query}`, method: "POST" });
    const definitions = {
      refused: {
        name: "call",
        type: "http",
        retries: 1,
        retryDelaySeconds: retryAfterMs / 1000,
        http: call("refuse_first=1"),
      },
      quick: { name: "call", type: "http", http: call("") },
    };
    for (const [name, task] of Object.entries(definitions))
      await writeFile(join(folder.path, `${name}.json`), JSON.stringify({ name, version: 1, tasks: [task] }));
    const configPath = await writeConfig(folder.path, {
      listen: "127.0.0.1:0",
      workflows_path: Object.keys(definitions).map((name) => join(folder.path, `${name}.json`)),
      heartbeat: "100ms",
      ...settingsOf(place),
    });
    const stepFile = join(folder.path, "step");
    const env = { ...shiftedClock(byMs, stepFile), NODE_OPTIONS: `--import ${shiftedClockProgram}` };
    await using product = await startWorkflows("standalone", { configPath, env });

    const refused = (await startJob(product.url, "refused", {})).body.id;
    await eventually("the first call is answered", async () => (await receiver.calls()).length === 1);
    await writeFile(stepFile, "");
    const quick = (await startJob(product.url, "quick", {})).body.id;
    for (const id of [quick, refused])
      await eventually("the job is done", async () => (await showJob(product.url, id)).status === "done");

    // The receiver writes a call down after its answer.
    await eventually("all calls are written down", async () => (await receiver.calls()).length === 3);
    const far = loggedAt(product.output()).filter((at) => Math.abs(at - Date.now()) > hourMs / 2);
    expect(far.length, "lines that the process logged by the clock as it was set").toBeGreaterThan(0);
    const [first, second] = (await receiver.calls()).filter(({ path }) => path.includes("refuse_first"));
    expect((second?.receivedAtMs ?? 0) - (first?.receivedAtMs ?? 0)).toBeGreaterThanOrEqual(retryAfterMs);
    for (const { time } of await showHistory(product.url, quick))
      expect(Math.abs(new Date(time).getTime() - Date.now())).toBeLessThan(hourMs / 2);
  },
);
