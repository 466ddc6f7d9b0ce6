import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type LockingCommand, lockingCommand } from "../../../support/commands/locking-command.ts";
import { runningOf } from "../../../support/commands/written-pids.ts";
import { eventually } from "../../../support/eventually.ts";
import { onTestFinished } from "../../../support/on-test-finished.ts";
import { environmentOf, freshPlace } from "../../../support/store/store-place.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { startJob } from "../../../support/workflows-api.ts";
import { startWorkflows, type WorkflowsProcess, writeConfig } from "../../../support/workflows-process.ts";

interface Scene {
  readonly locking: LockingCommand;
  start(): Promise<WorkflowsProcess>;
}

/** A product whose only workflow runs the command that takes a lock. */
async function scene(): Promise<Scene> {
  const parts = new AsyncDisposableStack();
  onTestFinished(() => parts.disposeAsync());
  const folder = parts.use(await tempFolder());
  const place = parts.use(await freshPlace());
  const locking = await lockingCommand(folder.path);
  parts.defer(() => {
    for (const pid of runningOf(locking.pids)) process.kill(pid, "SIGKILL");
  });
  const workflows = join(folder.path, "workflows");
  await mkdir(workflows);
  const task = { name: "run", type: "cli", cli: { command: [locking.program, "a"] } };
  await writeFile(join(workflows, "locking.json"), JSON.stringify({ name: "locking", tasks: [task] }));
  const configPath = await writeConfig(folder.path, {
    listen: "127.0.0.1:0",
    workflows_path: workflows,
    allowed_binaries: [locking.program],
  });
  const start = async (): Promise<WorkflowsProcess> => {
    const product = await startWorkflows("standalone", { configPath, env: environmentOf(place) });
    parts.use(product);
    return product;
  };
  return { locking, start };
}

async function resultsOf(product: WorkflowsProcess, id: string): Promise<{ status: string; results: unknown[] }> {
  return (await (await fetch(`${product.url}/api/v1/jobs/${id}`)).json()) as { status: string; results: unknown[] };
}

test.concurrent("a worker is killed with a command running: the next one on the machine ends what is left before it runs it again", async () => {
  const { locking, start } = await scene();
  const first = await start();
  const { body } = await startJob(first.url, "locking", {});
  await eventually("command and grandchild run", () => runningOf(locking.pids).length === 2);
  first.signal("SIGKILL");
  await first.exited;
  const second = await start();
  await eventually("it began again", () => locking.lines().length >= 2);
  await eventually("both run again, and nothing else", () => runningOf(locking.pids).length === 2);
  await locking.letEnd();
  const job = await eventually("the job is done", async () => {
    const shown = await resultsOf(second, body.id);
    return shown.status === "done" && shown;
  });
  expect(locking.lines()).toEqual(["start a", "start a", "end a"]);
  expect(job.results).toMatchObject([
    {
      name: "run",
      type: "cli",
      success: true,
      cli: { command: [locking.program, "a"], output: '{"said": "done"}\n', error: "", exitCode: 0 },
    },
  ]);
  expect(runningOf(locking.pids)).toEqual([]);
});

test.concurrent("the command itself dies with its worker, where the machine can have that", async () => {
  const { locking, start } = await scene();
  const product = await start();
  await startJob(product.url, "locking", {});
  await eventually("command and grandchild run", () => runningOf(locking.pids).length === 2);
  product.signal("SIGKILL");
  await product.exited;
  const warned = product.output().includes("has no setpriv that takes --pdeathsig");
  await eventually("the grandchild alone is left", () => runningOf(locking.pids).length === (warned ? 2 : 1));
});

test.concurrent("who asks a second time to stop gets it at once, and no command stays", async () => {
  const { locking, start } = await scene();
  const product = await start();
  await startJob(product.url, "locking", {});
  await eventually("command and grandchild run", () => runningOf(locking.pids).length === 2);
  product.signal("SIGTERM");
  await eventually("it has stopped to listen", () =>
    fetch(product.url)
      .then(() => false)
      .catch(() => true),
  );
  const asked = setInterval(() => product.signal("SIGTERM"), 100); // the first may still count as the same request
  expect(await product.exited).toMatchObject({ code: 143 });
  clearInterval(asked);
  await eventually("nothing runs", () => runningOf(locking.pids).length === 0);
});
