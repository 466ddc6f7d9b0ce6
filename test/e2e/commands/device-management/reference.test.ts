import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { command } from "../command.ts";
import { commandSite, type Site } from "../site.ts";
import { type Ended, type Product, startProduct } from "./running.ts";
import { type Services, startServices } from "./services.ts";

/** The sample of the original's description, letter by letter. */
const sample = fileURLToPath(new URL("original-sample.json", import.meta.url));

const connectTo = new URL("connect-to-program.ts", import.meta.url).href;

const parts = new AsyncDisposableStack();
let site: Site;
let services: Services;
let product: Product;
/** How long the service takes. The one that the sample names waited as long as the query said. */
let delayMs = 0;

beforeAll(async () => {
  if (storeIsMissing()) return;
  site = parts.use(await commandSite());
  services = parts.use(await startServices(["mock"], () => ({ status: 200, body: {}, afterMs: delayMs })));
  const env = {
    CONNECT_TO: JSON.stringify({ "www.mocky.io:80": services.env["MOCK_ADDR"] }),
    NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --import ${connectTo}`.trim(),
  };
  product = parts.use(await startProduct(site, sample, env));
});

afterAll(() => parts.disposeAsync());

const input = { device_id: "d-1", request_id: "r-1", authorization: "Bearer abcdefgh" };

test("the sample of the original runs as it stands", async () => {
  delayMs = 0;
  const { ended, calls } = await runInTime();
  expect(ended).toMatchObject({ status: "done", results: [{ name: "delete_device_inventory", success: true }] });
  expect(calls).toEqual([
    {
      ...{ service: "mock", method: "PUT", path: "/v2/5de377e13000006800e9c9c2?mocky-delay=2000ms" },
      headers: expect.objectContaining({
        host: "www.mocky.io",
        "x-men-requestid": "r-1",
        authorization: "Bearer abcdefgh",
        "content-type": "application/json",
      }) as unknown,
      body: '{"device_id": "d-1"}',
    },
  ]);
  expect(ended.text).not.toContain("abcdefgh");
});

/** Runs it, and again where one of its time-outs came first: they are a second each, which a busy machine may take. No other failure is excused. */
async function runInTime(): Promise<{ readonly ended: Ended; readonly calls: Services["calls"] }> {
  const timeOuts = ["connect_timeout", "response_timeout", "body_timeout"];
  for (let tries = 1; ; tries += 1) {
    const from = services.calls.length;
    const ended = await product.run("decommission_device", input);
    const isTooLate = ended.results.some(({ error }) => timeOuts.includes(error?.code ?? ""));
    if (!isTooLate || tries === 10) return { ended, calls: services.calls.slice(from) };
  }
}

test("its time-outs are milliseconds: a service that takes the two seconds of its query is too slow", async () => {
  delayMs = 2000;
  const { status, results } = await product.run("decommission_device", input);
  expect(status).toBe("failed");
  expect(results).toMatchObject([{ error: { code: "response_timeout", message: "no answer within 1000 ms" } }]);
});

test("it is valid, without a warning", async () => {
  const { code, stdout, stderr } = await command(["validate", sample, "--json"], { cwd: site.path });
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, problems: [] });
  expect(JSON.parse(await readFile(sample, "utf8"))).toMatchObject({ name: "decommission_device", version: 4 });
});
