import { expect, test } from "vitest";
import { type ConnectionOptions, Workflows } from "../../../src/client/workflows.ts";
import { answering, json } from "./answering.ts";

async function all(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) expect(item).toBeDefined();
}

/** As JavaScript calls it, where no type is checked. */
type Untyped = Record<string, (...given: unknown[]) => Promise<unknown>>;

test("an option that a call does not have is refused with those that it has, before anything is sent", async () => {
  await using server = await answering(json(200, {}));
  const client = new Workflows({ url: server.url });
  const calls = client as unknown as Untyped;
  const jobs = client.jobs as unknown as Untyped;
  const refused: readonly (readonly [() => Promise<unknown> | undefined, string])[] = [
    [
      () => calls["start"]?.("hello", {}, { aftr: 3600 }),
      'start has no option "aftr"; there are idempotencyKey, after, priority, minVersion, signal, wait',
    ],
    [() => calls["startMany"]?.("hello", [{}], { priorty: 7 }), 'startMany has no option "priorty"'],
    [() => calls["wait"]?.("1", { timeout: 8000 }), 'wait has no option "timeout"'],
    [() => jobs["page"]?.({}, { limt: 1 }), 'page has no option "limt"'],
    [() => jobs["page"]?.({ limit: 1 }), "limit is no part of a filter: it belongs into the argument behind it"],
    [() => jobs["get"]?.("1", { timeoutMs: 1 }), 'The call has no option "timeoutMs"; there are signal'],
    [() => jobs["tell"]?.("1", "paid", {}, { idempotencykey: "k" }), 'tell has no option "idempotencykey"'],
    [() => all(client.watch({ limit: 1 } as object)), "limit is no part of a filter"],
  ];
  for (const [call, told] of refused) await expect(call()).rejects.toThrow(told);
  expect(() => client.watch("1", { lastEventID: "7" } as object)).toThrow('watch has no option "lastEventID"');
  const misspelt = { url: server.url, tokn: "secret" } as ConnectionOptions;
  expect(() => new Workflows(misspelt)).toThrow('A client has no option "tokn"; there are url, token,');
  expect(() => new Workflows({ url: server.url, retry: { atempts: 1 } as object })).toThrow(
    'retry has no option "atempts"',
  );
  expect(server.asked).toEqual([]);
});
