import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Exit, endWithUs, exitOf } from "../../support/child-processes.ts";
import { eventually } from "../../support/eventually.ts";
import { onTestFinished } from "../../support/on-test-finished.ts";
import { startReceiver } from "../../support/receiver/receiver.ts";
import { freshPlace, settingsOf } from "../../support/store/store-place.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { showHistory, showJob, startJob } from "../../support/workflows-api.ts";
import { startWorkflows, writeConfig } from "../../support/workflows-process.ts";

const program = fileURLToPath(new URL("./poison-program.ts", import.meta.url));
const maxLost = 3;

/** Runs the worker again whenever it ends, as a service manager does, until the test is over. Answers how it ended each time. */
function supervised(configPath: string): readonly Exit[] {
  const exits: Exit[] = [];
  let isOver = false;
  let child = spawn(process.execPath, [program, configPath], { stdio: ["ignore", "ignore", "inherit"] });
  const supervise = async (): Promise<void> => {
    for (
      ;
      !isOver;
      child = spawn(process.execPath, [program, configPath], { stdio: ["ignore", "ignore", "inherit"] })
    ) {
      endWithUs(child);
      exits.push(await exitOf(child));
      if (isOver) return;
    }
  };
  const supervision = supervise();
  onTestFinished(async () => {
    isOver = true;
    child.kill("SIGKILL");
    await supervision;
  });
  return exits;
}

test("a job that kills its worker each time ends with max_lost, others get done meanwhile, and people can retry it when it is mended", async () => {
  await using folder = await tempFolder();
  await using place = await freshPlace();
  await using receiver = await startReceiver(join(folder.path, "calls"));
  const poisonous = join(folder.path, "poisonous");
  await writeFile(poisonous, "");
  const definitions = { server: join(folder.path, "server"), worker: join(folder.path, "worker") };
  const healthy = {
    name: "healthy",
    tasks: [{ name: "call", type: "http", http: { uri: `http://${receiver.address}/`, method: "GET" } }],
  };
  const poison = { name: "poison", tasks: [{ name: "crash", type: "crash", crash: { whileThereIs: poisonous } }] };
  const settings = { listen: "127.0.0.1:0", max_lost: maxLost, ...settingsOf(place) };
  for (const [part, workflows] of [
    ["server", [healthy]],
    ["worker", [healthy, poison]],
  ] as const) {
    await mkdir(definitions[part], { recursive: true });
    for (const workflow of workflows)
      await writeFile(join(definitions[part], `${workflow.name}.json`), JSON.stringify(workflow));
  }
  await using server = await startWorkflows("server", {
    configPath: await writeConfig(folder.path, { ...settings, workflows_path: definitions.server }),
  });
  const ofWorker = join(folder.path, "of-worker");
  await mkdir(ofWorker);
  const exits = supervised(await writeConfig(ofWorker, { ...settings, workflows_path: definitions.worker }));
  const id = await eventually("the poison is started", async () => {
    const { status, body } = await startJob(server.url, "poison", {});
    return status === 201 && body.id;
  });
  const others: string[] = [];
  await eventually(
    "the poison has failed",
    async () => {
      others.push((await startJob(server.url, "healthy", {})).body.id);
      return (await showJob(server.url, id)).status === "failed";
    },
    { everyMs: 50 },
  );
  expect(await showJob(server.url, id)).toMatchObject({ error: { code: "worker_lost" } });
  // A fleet's store does not count a loss that came before the worker's first sign of life with the job; it is told all the same.
  const kills = exits.length;
  expect([maxLost, maxLost + 1]).toContain(kills);
  for (const exit of exits) expect(exit).toEqual({ code: null, signal: "SIGKILL" });
  const types = (await showHistory(server.url, id)).map(({ type }) => type);
  expect(types).toEqual([
    "job_started",
    ...Array.from({ length: kills }, () => "worker_lost"),
    "task_cancelled",
    "job_failed",
  ]);
  for (const other of others)
    await eventually("a job beside it is done", async () => (await showJob(server.url, other)).status === "done");
  await rm(poisonous);
  const retried = await fetch(`${server.url}/api/v1/jobs/${id}/retry`, { method: "POST" });
  expect(retried.status).toBe(200);
  await eventually("it is done", async () => (await showJob(server.url, id)).status === "done");
  expect(exits).toHaveLength(kills);
});
