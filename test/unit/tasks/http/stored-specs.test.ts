import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/model/json.ts";
import type { HttpBody, HttpSpec } from "../../../../src/tasks/http/definition/spec.ts";
import { render } from "../../../../src/template/render.ts";
import { attemptContext } from "../../../support/worker/attempt-context.ts";
import { codeOf, newCaller } from "./calls.ts";
import { startService } from "./local-service.ts";

/** What arrives of a spec that was stored in this form: jobs run the model that they were started with, whichever program compiled it. */
async function sent(body: HttpBody, type: string, input: JsonObject) {
  await using service = await startService();
  await using caller = newCaller();
  const stored: HttpSpec = {
    origin: { $text: [service.origin] },
    target: { $text: ["/x"] },
    method: "POST",
    headers: [{ name: "Content-Type", value: { $text: [type] } }],
    body,
  };
  const scope = { input, env: () => undefined, response: () => undefined };
  const code = codeOf(await caller.kind.run(render(stored, scope), attemptContext()));
  const [request] = service.requests;
  return { code, type: request?.headers["content-type"], body: request?.body };
}

test("JSON that earlier programs stored as JSON is sent", async () => {
  const json = {
    $json: {
      members: [
        ["id", { text: ["d-", { from: "input", name: "id", encode: [] }] }],
        ["tags", { value: { from: "input", name: "tags", encode: [] } }],
        ["n", { literal: 1 }],
      ],
    },
  } satisfies Extract<HttpBody, { kind: "json" }>["json"];
  expect(await sent({ kind: "json", json }, "application/json", { id: "7", tags: ["a", null] })).toEqual({
    code: "succeeded",
    type: "application/json",
    body: '{"id":"d-7","tags":["a",null],"n":1}',
  });
});

test("a form is sent whose names earlier programs stored as plain texts", async () => {
  const fields = [{ name: "${a} b", value: { $text: [{ from: "input" as const, name: "x", encode: [] }] } }];
  expect(await sent({ kind: "form", fields }, "application/x-www-form-urlencoded", { x: "é&" })).toEqual({
    code: "succeeded",
    type: "application/x-www-form-urlencoded",
    body: "%24%7Ba%7D+b=%C3%A9%26",
  });
});
