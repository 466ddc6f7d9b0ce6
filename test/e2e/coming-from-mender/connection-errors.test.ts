import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { closedPort } from "../../support/mongo/closed-port.ts";
import { showHistory, startJob } from "../../support/workflows-api.ts";
import { calledService } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("2. connection errors failed a job at once: retries counted only answered calls", () => {
  const definition = (address: string, retries: number) => ({
    name: "reindex",
    version: 1,
    tasks: [{ name: "call", type: "http", retries, retryDelaySeconds: 0.1, http: { uri: `http://${address}/` } }],
  });

  test("a service that cannot be reached is called again, until it is there", async () => {
    const address = await closedPort();
    const site = await menderSite(definition(address, 255));
    const running = await site.start("standalone");
    const { body } = await startJob(running.url, "reindex", {});
    const failures = async () => {
      const history = await showHistory(running.url, body.id);
      return history.filter(({ type, error }) => type === "attempt_failed" && error?.code === "connect_failed");
    };
    await eventually("two attempts have failed", async () => (await failures()).length >= 2);
    const target = await calledService(undefined, Number(address.split(":")[1]));
    expect(await ended(running.url, body.id)).toMatchObject({ status: "done" });
    expect(target.calls).toHaveLength(1);
  });

  test("a service that stays away fails the job after as many retries as the definition says", async () => {
    const site = await menderSite(definition(await closedPort(), 2));
    const running = await site.start("standalone");
    const { body } = await startJob(running.url, "reindex", {});
    expect(await ended(running.url, body.id)).toMatchObject({ status: "failed", tasks: [{ attempt: 3 }] });
  });
});
