import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startJob } from "../../support/workflows-api.ts";
import { calledService, never } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("1. a redelivered job started again at its first task; after three deliveries it was lost", () => {
  test("a job whose process dies four times goes on at the task that ran, and ends", async () => {
    const deaths = 4;
    const target = await calledService(({ path }, before) => (path === "/second" && before < deaths ? never() : {}));
    const call = (path: string) => ({ type: "http", http: { uri: `${target.url}/${path}`, method: "POST" } });
    const site = await menderSite({
      name: "provision_device",
      ...{ version: 1, inputParameters: ["device_id"] },
      ...{ tasks: ["first", "second", "third"].map((path) => ({ name: path, ...call(path) })) },
    });
    let running = await site.start("standalone");
    const { body } = await startJob(running.url, "provision_device", { device_id: "d1" });
    for (let death = 1; death <= deaths; death += 1) {
      await eventually(`the second task runs for the ${death}. time`, () => target.to("/second").length === death);
      running.kill("SIGKILL");
      await running.exited;
      running = await site.start("standalone");
    }
    expect(await ended(running.url, body.id)).toMatchObject({ status: "done" });
    expect(target.to("/first")).toHaveLength(1);
    expect(target.to("/second")).toHaveLength(deaths + 1);
    expect(target.to("/third")).toHaveLength(1);
    expect(new Set(target.to("/second").map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });
});
