import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { showHistory, startJob } from "../../support/workflows-api.ts";
import { calledService, never } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("4. claiming had no lease: a job whose worker died stayed processing for ever", () => {
  test("another worker takes the job of one that was killed and never came back", async () => {
    const target = await calledService((_call, before) => (before === 0 ? never() : {}));
    const site = await menderSite({
      name: "update_status",
      ...{ version: 1, tasks: [{ name: "call", type: "http", http: { uri: `${target.url}/` } }] },
    });
    const lease = { WORKFLOWS_LEASE: "3s", WORKFLOWS_HEARTBEAT: "500ms" };
    const server = await site.start("server", lease);
    const first = await site.start("worker", lease);
    const { body } = await startJob(server.url, "update_status", {});
    await eventually("the call is open", () => target.calls.length === 1);
    await site.start("worker"); // with the usual lease: it is not to be lost, however busy the machine is
    first.kill("SIGKILL");
    expect(await ended(server.url, body.id)).toMatchObject({ status: "done" });
    expect(target.calls).toHaveLength(2);
    const history = await showHistory(server.url, body.id);
    expect(history.map(({ type }) => type)).toContain("worker_lost");
  });
});
