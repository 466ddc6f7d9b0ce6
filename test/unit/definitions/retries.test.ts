import { expect, test } from "vitest";
import { load, withTask } from "./definition-files.ts";

test("retries that are a mistake are told once, and not what other fields would have to do with them", async () => {
  const document = withTask({ retries: "many", retryOn: ["5xx"], backoff: {} });
  const { problems } = await load({ "w.json": JSON.stringify(document) });
  expect(problems).toMatchObject([{ severity: "error", at: "/tasks/0/retries" }]);
});
