import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { showHistory, showJob, startJob } from "../../support/workflows-api.ts";
import { calledService } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("3. retry delays slept in a worker slot", () => {
  test("a worker with one slot runs other jobs while ten wait for a retry in an hour", async () => {
    const target = await calledService(({ path }) => ({ status: path === "/sick" ? 503 : 200 }));
    const workflow = (name: string, retries: number) => ({
      name,
      version: 1,
      tasks: [{ name: "call", type: "http", retries, retryDelaySeconds: 3600, http: { uri: `${target.url}/${name}` } }],
    });
    const site = await menderSite(workflow("sick", 1), workflow("sound", 0));
    const running = await site.start("standalone", { WORKFLOWS_CONCURRENCY: "1" });
    const waiting: string[] = [];
    for (let count = 0; count < 10; count += 1) waiting.push((await startJob(running.url, "sick", {})).body.id);
    for (const id of waiting)
      await eventually("its first attempt has failed", async () =>
        (await showHistory(running.url, id)).some(({ type }) => type === "attempt_failed"),
      );
    const { body } = await startJob(running.url, "sound", {});
    expect(await ended(running.url, body.id)).toMatchObject({ status: "done" });
    for (const id of waiting) {
      const job = await showJob(running.url, id);
      expect(job).toMatchObject({ status: "processing" });
      expect(job, "no worker holds it").not.toHaveProperty("worker");
    }
  });
});
