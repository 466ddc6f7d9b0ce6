import { expect, test } from "vitest";
import { codeOf, messageOf, resultOf, sender, sendTo } from "./sending.ts";

test("a reply 4xx is tried again, with the same Message-ID, and the mail arrives", async () => {
  let refusals = 0;
  const { server, send } = await sender({
    recipient: () => (++refusals <= 1 ? { code: 451, text: "greylisted" } : undefined),
  });
  const first = await send();
  expect(first).toMatchObject({ kind: "failed", retryable: true, statusCode: 451, error: { code: "deferred" } });
  expect(messageOf(first)).toMatch(/refused every recipient: ada@example\.com: 451 greylisted/);
  const second = await send();
  expect(codeOf(second)).toBe("succeeded");
  expect(resultOf(first).request).toEqual(resultOf(second).request);
  expect(server.mails).toHaveLength(1);
});

test("a reply 5xx to a recipient fails the task for good", async () => {
  const { send } = await sender({ recipient: () => ({ code: 550, text: "no such user" }) });
  const outcome = await send();
  expect(outcome).toMatchObject({
    kind: "failed",
    retryable: false,
    statusCode: 550,
    error: { code: "refused", message: expect.stringContaining("ada@example.com: 550 no such user") as string },
    result: { response: { json: { refused: [{ recipient: "ada@example.com", reply: "550 no such user" }] } } },
  });
});

test.for([
  [554, false, "refused"],
  [452, true, "deferred"],
] as const)("a reply %s to the text of the mail: tried again %s", async ([code, retryable, word]) => {
  const { server, send } = await sender({ mail: () => ({ code, text: "not this one" }) });
  const outcome = await send();
  expect(outcome).toMatchObject({ kind: "failed", retryable, statusCode: code, error: { code: word } });
  expect(messageOf(outcome)).toContain(`${code} not this one`);
  expect(server.mails).toEqual([]);
});

test.for([
  [550, false, "refused"],
  [450, true, "deferred"],
] as const)(
  "one recipient that is refused with %s: nobody gets the mail, and the next mail goes out",
  async ([code, retryable, word]) => {
    const { server, send } = await sender({
      recipient: (address) => (address === "gone@example.com" ? { code, text: "not here" } : undefined),
    });
    const outcome = await send({ to: ["ada@example.com", "gone@example.com", "bob@example.com"] });
    expect(outcome).toMatchObject({ kind: "failed", retryable, statusCode: code, error: { code: word } });
    expect(messageOf(outcome)).toMatch(/1 of 3 recipients, so nobody gets the mail: gone@example\.com: \d+ not here/);
    expect(server.mails).toEqual([]);
    expect(codeOf(await send())).toBe("succeeded");
    expect(server.mails).toHaveLength(1);
  },
);

test("of recipients refused for now and for good, good counts: another attempt would end the same way", async () => {
  const { send } = await sender({
    recipient: (address) => ({ code: address.startsWith("a") ? 450 : 550, text: "no" }),
  });
  expect(await send({ to: ["a@example.com", "b@example.com"] })).toMatchObject({
    retryable: false,
    error: { code: "refused" },
  });
});

test("a mail that is larger than the server takes fails for good", async () => {
  const { send } = await sender({ size: 1000 });
  expect(await send({ body: "x".repeat(5000) })).toMatchObject({
    kind: "failed",
    retryable: false,
    error: { code: "refused" },
  });
});

test.for(["recipient", "mail"] as const)(
  "a server that says nothing to the %s is given up, and the mail is tried again",
  async (stage) => {
    const { server, send } = await sender({ [stage]: () => "hang" }, { responseTimeoutMs: 200 });
    expect(await send()).toMatchObject({ kind: "failed", retryable: true, error: { code: "response_timeout" } });
    expect(server.open()).toBeLessThanOrEqual(1);
  },
);

test("the task's own timeout bounds the whole mail", async () => {
  const { send } = await sender({ recipient: () => "hang" });
  const outcome = await send({ timeout: 1 });
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "send_timeout" } });
  expect(messageOf(outcome)).toMatch(/within 1 s/);
});

test("a server that is not there is tried again", async () => {
  const { server } = await sender();
  const { port } = server;
  await server[Symbol.asyncDispose]();
  const outcome = await sendTo(port)();
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "connect_failed" } });
  expect(messageOf(outcome)).toContain(`127.0.0.1:${port} (smtp_host)`);
});

test("a name that leads nowhere is told as that", async () => {
  expect(await sendTo(25, { host: "mail.invalid" })()).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "dns_failed" },
  });
});
