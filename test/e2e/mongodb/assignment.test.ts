import { expect, onTestFinished, test } from "vitest";
import { isFinal } from "../../../src/model/job/job.ts";
import { eventually } from "../../support/eventually.ts";
import { freshDatabase } from "../../support/mongo/fresh-database.ts";
import { stored } from "../../support/store/fresh-store.ts";
import { openStoreAt } from "../../support/store/store-place.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { service } from "../commands/service.ts";
import { helloIn } from "./hello-workflow.ts";

/** Versions of a job of one task that ended: its start and its end, and a claim between them where it waited for a worker. */
const assigned = 2;

test("a start is stored with the lease of a worker in another process, and that worker runs it; when it is gone, another does", async () => {
  await using folder = await tempFolder();
  await using place = freshDatabase();
  const { uri, database } = place;
  const store = await openStoreAt({ kind: "mongodb", uri, database });
  onTestFinished(() => store.close());
  const env = {
    WORKFLOWS_MONGO_URL: uri,
    WORKFLOWS_MONGO_DBNAME: database,
    WORKFLOWS_HEARTBEAT: "200ms",
    WORKFLOWS_SWEEP: "100ms",
  };
  const paths = ["--workflows-path", await helloIn(folder.path)];
  using server = await service(["server", ...paths], folder.path, env);
  const run = async () => {
    const response = await fetch(`${server.url}/api/v1/workflow/hello`, { method: "POST", body: "{}" });
    const { id } = (await response.json()) as { id: string };
    return eventually("the job is over", async () => {
      const job = await stored(store, id);
      return isFinal(job.status) && job;
    });
  };
  const runAssigned = () => eventually("a job is assigned", async () => (await run()).version === assigned);

  using first = await service(["worker", ...paths], folder.path, env);
  await runAssigned();
  using second = await service(["worker", ...paths], folder.path, env);
  first.kill("SIGTERM");
  expect(await first.exited).toEqual([0, null]);
  expect(await run()).toMatchObject({ status: "completed", lost: 0 });
  await runAssigned();
  second.kill("SIGTERM");
  expect(await second.exited).toEqual([0, null]);
});
