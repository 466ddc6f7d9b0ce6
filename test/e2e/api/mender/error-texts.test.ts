import { expect, test } from "vitest";
import { StoreUnavailable } from "../../../../src/model/errors.ts";
import type { Store } from "../../../../src/store/store.ts";
import { apiServer, greet } from "../api-server.ts";
import { type HttpAnswer, post, send } from "../http-client.ts";

/** What clients of the original look for: status and `error`. */
function told({ status, json }: HttpAnswer): [status: number, error: unknown] {
  return [status, (json as { readonly error?: unknown } | undefined)?.error];
}

const starts = ["/api/workflow", "/api/v1/workflow"];

test("the texts of errors are those of the original", async () => {
  await using server = await apiServer({ workflows: [greet({ inputParameters: ["a", "b", "c"] })] });
  const at = (path: string): string => server.url + path;
  for (const start of starts) {
    const unparsed = await post(at(`${start}/greet`), "{");
    expect(told(unparsed)).toEqual([400, expect.stringMatching(/^Unable to parse the input parameters: ./)]);
    expect(told(await post(at(`${start}/unknown`), "{}"))).toEqual([404, "Workflow not found"]);
    expect(told(await post(at(`${start}/greet`), { b: "" }))).toEqual([400, "Missing input parameters: [a c]"]);
    const newer = await post(at(`${start}/greet`), { a: 1, b: 2, c: 3 }, { "x-workflows-min-version": "5" });
    expect(told(newer)).toEqual([404, "Workflow not found"]);
    expect(told(await send(at(`${start}/greet/0123456789abcdef01234567`)))).toEqual([404, "not found"]);
    expect(told(await send(at(`${start}/greet/not-an-id`)))).toEqual([404, "not found"]);
  }
  const batch = await post(at("/api/v1/workflow/greet/batch"), [{ a: 1 }, { a: 1, b: 2, c: 3 }]);
  expect(batch.status).toBe(201);
  expect(batch.json).toMatchObject([
    { error: "Missing input parameters: [b c]" },
    { id: expect.any(String), name: "greet" },
  ]);
  expect(told(await post(at("/api/v1/workflow/greet/batch"), "{}"))[1]).toMatch(
    /^Unable to parse the input parameters: /,
  );
  expect(told(await post(at("/api/v1/workflow/unknown/batch"), [{}]))).toEqual([404, "Workflow not found"]);
  expect(told(await send(at("/api/v1/jobs/0123456789abcdef01234567")))).toEqual([404, "not found"]);
  const definitions = at("/api/v1/metadata/workflows");
  expect(told(await post(definitions, { version: 1 }))).toEqual([400, "Workflow missing name"]);
  const tasks = [{ name: "call", type: "http", http: { uri: "http://service/" } }];
  expect((await post(definitions, { name: "new", version: 1, tasks })).status).toBe(201);
  expect(told(await post(definitions, { name: "new", version: 1, tasks }))).toEqual([409, "Workflow already exists"]);
});

test("status and health are answered as by the original, also where the store is unreachable", async () => {
  let reachable = true;
  const disturb = (store: Store): Store => ({
    ...store,
    housekeeping: {
      ...store.housekeeping,
      health: async (nowMs) => {
        if (!reachable) throw new StoreUnavailable("The store cannot be reached");
        return store.housekeeping.health(nowMs);
      },
    },
  });
  await using server = await apiServer({ disturb });
  const [status, health] = ["/status", "/api/v1/health"].map((path) => server.url + path) as [string, string];
  expect(await send(status)).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  expect(await send(health)).toMatchObject({ status: 204, text: "" });
  reachable = false;
  expect(told(await send(health))).toEqual([503, "The store cannot be reached"]);
  expect(await send(status)).toMatchObject({ status: 200, text: '{"status":"ok"}' });
});
