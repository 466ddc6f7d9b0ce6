import { expect, test } from "vitest";
import { Workflows } from "../../../../src/client/workflows.ts";
import { external, sequence, valueOf, workflow } from "../../../support/sample-workflow.ts";
import { apiServer } from "../api-server.ts";

test("a program outside takes work of a queue by the client, holds it, and says how it ended", async () => {
  const retry = { kind: "fixed", retries: 1, delayMs: 0 } as const;
  const letter = external("0", "mail", { name: "write", input: valueOf("input", "letter"), retry });
  await using server = await apiServer({ workflows: [workflow(sequence(letter), { name: "mailing" })] });
  const client = new Workflows({ url: server.url });
  expect(await client.external.poll("mail")).toEqual([]);
  const { id } = await client.start("mailing", { letter: { to: "Ada" } });
  const [first] = await client.external.poll("mail", { worker: "pen-1", limit: 10, leaseMs: 60_000 });
  if (first === undefined) throw new Error("There is no task");
  expect(first).toMatchObject({ job: id, name: "write", attempt: 1, input: { to: "Ada" } });
  expect(await client.external.poll("mail")).toEqual([]);
  const until = await client.external.heartbeat(first, { leaseMs: 600_000 });
  expect(Date.parse(until)).toBeGreaterThan(Date.parse(first.lease_time));
  await client.external.fail(first, { code: "no_paper", message: "There is no paper", retryAfterMs: 0 });
  await client.external.fail(first.task, { code: "no_paper", message: "There is no paper", retryAfterMs: 0 }); // as after a lost answer

  const [second] = await client.external.poll("mail");
  if (second === undefined) throw new Error("It is not offered again");
  expect(second).toMatchObject({ job: id, attempt: 2, idempotencyKey: first.idempotencyKey });
  await expect(client.external.heartbeat(first)).rejects.toMatchObject({ code: "lease_lost" });
  await client.external.complete(second, { pages: 2 });
  expect((await client.wait(id, { timeoutMs: 10_000 })).state).toBe("completed");
  await expect(client.external.poll("mail", { limit: 0 })).rejects.toMatchObject({ code: "invalid_request" });
});

test("a poll that waits may take longer than any other request", async () => {
  await using server = await apiServer({ workflows: [workflow(external("0", "mail"), { name: "mailing" })] });
  const impatient = new Workflows({ url: server.url, timeoutMs: 1 });
  const waiting = impatient.external.poll("mail", { waitMs: 60_000 });
  const { id } = await new Workflows({ url: server.url }).start("mailing");
  expect(await waiting).toMatchObject([{ job: id }]);
});
