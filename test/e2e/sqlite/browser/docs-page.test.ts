import { afterAll, beforeAll, expect, test } from "vitest";
import { findChromium, noChromium, startChromium } from "../../../support/browser/chromium.ts";
import { type ApiServer, apiServer } from "../../api/api-server.ts";

const parts = new AsyncDisposableStack();
const program = findChromium();
let server: ApiServer;

beforeAll(async () => {
  server = parts.use(await apiServer());
});
afterAll(() => parts.disposeAsync());

test("people see every call at /docs and can try one, and the page asks nobody but this server", async ({ skip }) => {
  if (program === undefined) return skip(noChromium);
  const browser = await startChromium(program);
  parts.defer(() => browser.close());
  const page = await browser.newPage();
  const asked: string[] = [];
  const thrown: unknown[] = [];
  page.on("request", (request) => void asked.push(request.url()));
  page.on("pageerror", (error) => void thrown.push(error));
  await page.goto(`${server.url}/docs`);
  await page.locator(".opblock").first().waitFor();
  const { paths } = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as { paths: object };
  const calls = Object.values(paths).flatMap((methods: object) => Object.keys(methods));
  expect(await page.locator(".opblock").count()).toBe(calls.length);
  expect(await page.locator(".topbar .link").isVisible()).toBe(false); // of another project

  const status = page.locator('[id$="-getStatus"]');
  await status.locator(".opblock-summary-control").click();
  await status.locator(".try-out__btn").click();
  await status.locator(".execute").click();
  expect(await status.locator(".live-responses-table .response-col_status").last().innerText()).toMatch(/^200/);
  expect(asked.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith("data:"))).toEqual([]);
  expect(thrown).toEqual([]);
});
