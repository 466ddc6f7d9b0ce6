import { expect, test } from "vitest";
import { type JobChange, Workflows } from "../../../../src/client/workflows.ts";
import { eventually } from "../../../support/eventually.ts";
import { freePort } from "../../../support/programs/free-port.ts";
import { settingsOf, storeIsMissing } from "../../../support/store/store-place.ts";
import { startWorkflows, writeConfig } from "../../../support/workflows-process.ts";
import { commandSite } from "../../commands/site.ts";

test("whoever starts, waits and watches does not notice that the server is killed and comes back", async () => {
  if (storeIsMissing()) return;
  await using site = await commandSite();
  const listen = `127.0.0.1:${await freePort()}`;
  const configPath = await writeConfig(site.path, { ...settingsOf(site.place), allow_unauthenticated: true, listen });
  const first = await startWorkflows("standalone", { configPath });
  const client = new Workflows({ url: first.url, retry: { firstDelayMs: 20, maxDelayMs: 200, attempts: 100 } });
  const http = { uri: `${first.url}/status`, method: "GET" };
  await client.workflows.put({ name: "hello", version: 1, tasks: [{ name: "call", type: "http", http }] });

  const { id } = await client.start("hello", {}, { after: 0.5 });
  const told: string[] = [];
  const watched = (async () => {
    for await (const event of client.watch(id)) told.push(event.kind === "end" ? "end" : event.entry.type);
  })();
  const changes: JobChange[] = [];
  const open = Promise.withResolvers<void>();
  const changed = (async () => {
    for await (const change of client.watch({ workflow: "hello", status: "done" }, { onOpen: open.resolve })) {
      changes.push(change);
      if (changes.length === 2) return;
    }
  })();
  const waited = client.wait(id);
  await eventually("the watcher is told of the beginning", () => told.length > 0);
  await open.promise;

  first.signal("SIGKILL");
  await first.exited;
  const later = client.start("hello");
  await using second = await startWorkflows("standalone", { configPath });
  expect(second.url).toBe(first.url);

  const job = await client.wait(await later);
  expect(await waited).toMatchObject({ id, state: "completed" });
  await Promise.all([watched, changed]);
  const steps = told.filter((type) => type !== "worker_lost"); // killed in the middle of the call
  expect(steps).toEqual(["job_started", "task_completed", "job_completed", "end"]);
  expect(changes.map((change) => change.job.id).sort()).toEqual([id, job.id].sort());
});
