import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientBundle, pageBundle } from "../../../support/browser/bundle.ts";
import { findChromium, noChromium, startChromium } from "../../../support/browser/chromium.ts";
import { type PageServer, pageServer } from "../../../support/browser/page-server.ts";
import { checkout } from "../../../support/product/checkout.ts";
import { type Scene, scenarios } from "../../api/client/scenarios.ts";
import { type SceneServer, sceneServer } from "../../api/client/scene.ts";

interface Stage {
  readonly server: SceneServer;
  /** Of an origin that may call the server. */
  readonly ours: Page;
  /** Of one that may not. */
  readonly foreign: Page;
}

const parts = new AsyncDisposableStack();
const program = findChromium();
let stage: Stage | undefined;

beforeAll(async () => {
  if (program === undefined) return;
  const scripts = {
    "/main.js": main,
    "/client.js": await clientBundle(),
    "/scenarios.js": await pageBundle(`${checkout}test/e2e/api/client/scenarios.ts`),
  };
  const [allowed, other] = [parts.use(await pageServer(scripts)), parts.use(await pageServer(scripts))];
  const server = parts.use(await sceneServer({ allowed_origins: [allowed.origin] }));
  const browser = await startChromium(program);
  parts.defer(() => browser.close());
  const open = async ({ origin }: PageServer): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(origin);
    return page;
  };
  stage = { server, ours: await open(allowed), foreign: await open(other) };
});
afterAll(() => parts.disposeAsync());

/** What the page does with the client as the package has it. */
const main = `
  import * as client from "/client.js";
  import { scenarios } from "/scenarios.js";
  globalThis.play = (name, scene) => scenarios[name].run({ client, ...scene });
`;

async function play(page: Page, name: string, scene: Omit<Scene, "client">): Promise<unknown> {
  await page.waitForFunction(() => "play" in globalThis);
  return page.evaluate(
    (asked) => (Reflect.get(globalThis, "play") as (...asked: unknown[]) => Promise<unknown>)(...asked),
    [name, scene],
  );
}

test.for(Object.entries(scenarios))(
  "a page in a browser does with the client what a program does: %s",
  async ([name, { answers }], { skip }) => {
    if (stage === undefined) return skip(noChromium);
    const { url, token } = stage.server;
    expect(await play(stage.ours, name, { url, token, tag: "page" })).toEqual(answers);
  },
);

test("a page of another origin gets nowhere, even with a token", async ({ skip }) => {
  if (stage === undefined) return skip(noChromium);
  const { url, token } = stage.server;
  const refused = "WorkflowsConnectionError broken";
  const scene = { url, token, tag: "foreign" };
  expect(await play(stage.foreign, "mistakes", scene)).toEqual([
    refused,
    refused,
    refused,
    refused,
    refused,
    "RangeError",
  ]);
});
