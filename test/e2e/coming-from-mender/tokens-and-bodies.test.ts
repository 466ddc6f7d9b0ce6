import { describe, expect, test } from "vitest";
import { openStoreAt } from "../../support/store/store-place.ts";
import { showJob, startJob } from "../../support/workflows-api.ts";
import { calledService } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("6. tokens in request headers were stored in clear with the results; responses were read without bound", () => {
  test("a token in a header is in no result, neither in the store nor in answers, also where the service repeats it", async () => {
    const token = "eyJhbGciOi-hunter2-token";
    const target = await calledService(({ headers }) => ({ body: JSON.stringify({ you: headers.authorization }) }));
    const site = await menderSite({
      name: "decommission_device",
      ...{
        version: 4,
        inputParameters: ["authorization"],
        tasks: [
          {
            name: "call",
            type: "http",
            http: {
              uri: `${target.url}/`,
              method: "PUT",
              headers: { Authorization: "${workflow.input.authorization}" },
            },
          },
        ],
      },
    });
    const running = await site.start("standalone");
    const { body } = await startJob(running.url, "decommission_device", { authorization: `Bearer ${token}` });
    await ended(running.url, body.id);
    expect(target.calls[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(JSON.stringify(await showJob(running.url, body.id))).not.toContain(token);
    expect(JSON.stringify(running.lines())).not.toContain(token);
    const store = await openStoreAt(site.site.place);
    try {
      const job = await store.jobs.get(body.id);
      expect(JSON.stringify(job?.tasks.map(({ result }) => result?.request))).not.toContain(token);
      expect(JSON.stringify(await store.jobs.history(body.id))).not.toContain(token);
    } finally {
      await store.close();
    }
  });

  test("of an answer that is longer than the limit, the beginning is kept, and the result says so", async () => {
    const target = await calledService(() => ({ body: "x".repeat(5 * 1024 * 1024) }));
    const site = await menderSite({
      name: "long_answer",
      ...{ version: 1, tasks: [{ name: "call", type: "http", http: { uri: `${target.url}/` } }] },
    });
    const running = await site.start("standalone", { WORKFLOWS_MAX_RESULT_BYTES: "64KiB" });
    const { body } = await startJob(running.url, "long_answer", {});
    const job = (await ended(running.url, body.id)) as unknown as {
      results: { httpResponse: { body: string; truncated?: true } }[];
    };
    expect(job).toMatchObject({ status: "done", results: [{ httpResponse: { truncated: true } }] });
    expect(job.results[0]?.httpResponse.body.length).toBeLessThanOrEqual(64 * 1024);
  });
});
