import { afterAll, beforeAll, expect, test } from "vitest";
import * as client from "../../../../src/client/workflows.ts";
import { storeIsMissing } from "../../../support/store/store-place.ts";
import { scenarios } from "./scenarios.ts";
import { type SceneServer, sceneServer } from "./scene.ts";

let server: SceneServer | undefined;

beforeAll(async () => {
  if (!storeIsMissing()) server = await sceneServer();
});
afterAll(async () => server?.[Symbol.asyncDispose]());

test.concurrent.for(Object.entries(scenarios))(
  "a program does with the client what it says: %s",
  async ([, { run, answers }]) => {
    if (server === undefined) return;
    expect(await run({ client, ...server, tag: "node" })).toEqual(answers);
  },
);
