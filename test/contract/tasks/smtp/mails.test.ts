import { expect, test } from "vitest";
import { codeOf, messageOf, resultOf, sender } from "./sending.ts";

const onlyMail = ({ server }: Awaited<ReturnType<typeof sender>>) => {
  const [mail, ...others] = server.mails;
  if (mail === undefined || others.length > 0) throw new Error(`${server.mails.length} mails`);
  return mail;
};

test("a mail arrives with its sender, recipients, subject and text, and the job knows of it", async () => {
  const here = await sender();
  const outcome = await here.send(
    {
      from: "Fleet <fleet@example.com>",
      to: ["Ada <ada@example.com>", "bob@example.com"],
      cc: ["carl@example.com"],
      subject: "Device ${workflow.input.id}",
      body: "It is ${workflow.input.id}.\nBye\n",
    },
    { input: { id: "d-1" } },
  );
  const mail = onlyMail(here);
  expect(mail).toMatchObject({
    from: "fleet@example.com",
    to: ["ada@example.com", "bob@example.com", "carl@example.com"],
  });
  expect(Object.fromEntries(mail.headers)).toMatchObject({
    from: "Fleet <fleet@example.com>",
    to: "Ada <ada@example.com>, bob@example.com",
    cc: "carl@example.com",
    subject: "Device d-1",
    "mime-version": "1.0",
  });
  expect(mail.parts.get("text/plain")).toBe("It is d-1.\r\nBye");
  expect(outcome).toMatchObject({
    kind: "succeeded",
    result: {
      request: {
        sender: "fleet@example.com",
        recipients: ["ada@example.com", "bob@example.com", "carl@example.com"],
        message: expect.stringContaining("Subject: Device d-1\n") as string,
      },
      response: {
        json: { messageId: mail.headers.get("message-id"), reply: expect.stringMatching(/^250 /) as string },
      },
    },
  });
});

test("text and HTML are alternatives of one mail, the better one last", async () => {
  const here = await sender();
  await here.send({ body: "plain", html: "<p>rich</p>" });
  const mail = onlyMail(here);
  expect(mail.headers.get("content-type")).toMatch(/^multipart\/alternative;/);
  expect([...mail.parts]).toEqual([
    ["text/plain", "plain"],
    ["text/html", "<p>rich</p>"],
  ]);
});

test("HTML alone is sent as HTML", async () => {
  const here = await sender();
  await here.send({ body: "", html: "<p>rich</p>" });
  expect([...onlyMail(here).parts.keys()]).toEqual(["text/html"]);
});

test("what an input brings is text in HTML, unless the definition says otherwise", async () => {
  const here = await sender();
  const html =
    "<b>${workflow.input.name}</b><i>${encoding=raw;workflow.input.name}</i><u>${encoding=html;workflow.input.name}</u>";
  await here.send({ html }, { input: { name: "<a href='x'>&" } });
  expect(onlyMail(here).parts.get("text/html")).toBe(
    "<b>&lt;a href=&#39;x&#39;&gt;&amp;</b><i><a href='x'>&</i><u>&lt;a href=&#39;x&#39;&gt;&amp;</u>",
  );
});

test("an HTML text that is one reference is the input as it is", async () => {
  const here = await sender();
  await here.send({ html: "${workflow.input.page}" }, { input: { page: "<p>page</p>" } });
  expect(onlyMail(here).parts.get("text/html")).toBe("<p>page</p>");
});

test("subject, names and texts may hold any letters", async () => {
  const here = await sender();
  const subject = `Gerät „Zürich“ 🚀 ${"sehr lang, ".repeat(20)}Ende`;
  const body = `Grüße 🚀\n${"a".repeat(2000)}\n.\n..\nFrom here`;
  await here.send({
    from: '"Müller, Jürgen" <fleet@example.com>',
    to: ["Žofie 🚀 <ada@bücher.example>"],
    subject,
    body,
  });
  const mail = onlyMail(here);
  expect(mail.raw).toMatch(/^[\x20-\x7e\r\n\t]*$/);
  expect(mail.raw.split("\r\n").every((line) => line.length <= 998)).toBe(true);
  expect(mail.headers.get("subject")).toBe(subject);
  expect(mail.headers.get("from")).toBe("Müller, Jürgen <fleet@example.com>");
  expect(mail.headers.get("to")).toBe("Žofie 🚀 <ada@xn--bcher-kva.example>");
  expect(mail.parts.get("text/plain")?.replaceAll("\r\n", "\n")).toBe(body);
});

test("who gets a blind copy gets it, and nobody else reads of it", async () => {
  const here = await sender();
  const outcome = await here.send({ bcc: ["hidden@example.com"] });
  const mail = onlyMail(here);
  expect(mail.to).toEqual(["ada@example.com", "hidden@example.com"]);
  expect(mail.raw).not.toContain("hidden");
  expect(resultOf(outcome).request).toMatchObject({ recipients: ["ada@example.com", "hidden@example.com"] });
});

test("somebody who is named twice gets one mail", async () => {
  const here = await sender();
  const outcome = await here.send({ cc: ["ada@example.com"], bcc: ["Ada <ada@example.com>"] });
  expect(onlyMail(here).to).toEqual(["ada@example.com"]);
  expect(resultOf(outcome).request).toMatchObject({ recipients: ["ada@example.com"] });
});

test("an input that is a list is a list of recipients; empty ones are left out", async () => {
  const here = await sender();
  const to = ["${workflow.input.list}", "${workflow.input.absent}", "${workflow.input.empty}", "${env.ADMIN_ADDR}"];
  const input = { list: ["a@example.com", "", "B <b@example.com>"], empty: "" };
  await here.send(
    { to, cc: ["${workflow.input.nothing}"] },
    { input: { ...input, nothing: null }, env: { ADMIN_ADDR: "c@example.com, d@example.com" } },
  );
  const mail = onlyMail(here);
  expect(mail.to).toEqual(["a@example.com", "b@example.com", "c@example.com", "d@example.com"]);
  expect(mail.headers.has("cc")).toBe(false);
});

test("without any recipient the task fails for good, and says so", async () => {
  const here = await sender();
  const outcome = await here.send({ to: ["${workflow.input.absent}"] });
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "mail_invalid" } });
  expect(messageOf(outcome)).toMatch(/no recipient/);
});

test("every attempt of a task has the same Message-ID, and another task another one", async () => {
  const here = await sender();
  for (const idempotencyKey of ["one", "one", "two"]) await here.send({}, { idempotencyKey });
  const [first, again, other] = here.server.mails.map(({ headers }) => headers.get("message-id"));
  expect(first).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(here.server.mails.some(({ raw }) => raw.includes("one@"))).toBe(false);
});

const injected = "\r\nBcc: victim@example.com";

test.for([
  ["a header through the subject", { subject: "x ${workflow.input.text}" }, injected],
  ["a header through a bare line feed", { subject: "x ${workflow.input.text}" }, "\nBcc: victim@example.com"],
  ["a header through a bare carriage return", { subject: "x ${workflow.input.text}" }, "\rBcc: victim@example.com"],
  ["a NUL", { subject: "x ${workflow.input.text}" }, "a\0b"],
  ["a header through a name", { to: ["${workflow.input.text} <ada@example.com>"] }, `x${injected}`],
  ["a header through an address", { to: ["${workflow.input.text}"] }, `ada@example.com${injected}`],
  ["a header through the sender", { from: "${workflow.input.text} <fleet@example.com>" }, `x${injected}`],
  [
    "a command through an address",
    { to: ["${workflow.input.text}"] },
    "ada@example.com>\r\nRCPT TO:<victim@example.com",
  ],
  ["a second address after a comma", { to: ["${workflow.input.text}"] }, "ada@example.com,victim@example.com"],
  ["a second address after a semicolon", { to: ["${workflow.input.text}"] }, "ada@example.com;victim@example.com"],
  ["a second address with a name", { to: ["Ada <${workflow.input.text}>"] }, "ada@example.com>, V <victim@example.com"],
  ["another domain", { to: ["${workflow.input.text}@example.com"] }, "victim@evil.example,x"],
  ["another domain in brackets", { to: ["${workflow.input.text}@example.com"] }, "<victim@evil.example>"],
  ["a comment", { to: ["${workflow.input.text}"] }, "ada(victim@evil.example)@example.com"],
  ["a group", { to: ["${workflow.input.text}"] }, "all: victim@example.com, ada@example.com;"],
  ["a quoted local part", { to: ["${workflow.input.text}"] }, '"victim@evil.example x"@example.com'],
  ["a route", { to: ["${workflow.input.text}"] }, "@evil.example:ada@example.com"],
  ["a parameter of the command", { to: ["${workflow.input.text}"] }, "ada@example.com NOTIFY=SUCCESS"],
] as const)("nobody gets in by an input: %s", async ([, part, text]) => {
  const here = await sender();
  const outcome = await here.send(part as never, { input: { text } });
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, error: { code: "mail_invalid" } });
  expect(here.server.mails).toEqual([]);
});

test("a name with commas, quotes and addresses in it stays a name", async () => {
  const here = await sender();
  const name = 'Lovelace, "Ada" victim@example.com';
  await here.send({ to: ["${workflow.input.name} <ada@example.com>"] }, { input: { name } });
  const mail = onlyMail(here);
  expect(mail.to).toEqual(["ada@example.com"]);
  expect(mail.headers.get("to")).toBe(`"${name.replaceAll('"', '\\"')}" <ada@example.com>`);
});

test("what a text brings neither ends the mail nor begins another one", async () => {
  const here = await sender();
  const text = "a\r\n.\r\nMAIL FROM:<x@example.com>\n.\nb\r.\rc";
  await here.send({ body: "${workflow.input.text}" }, { input: { text } });
  expect(onlyMail(here).parts.get("text/plain")).toBe(text.replaceAll(/\r\n?|\n/g, "\r\n"));
});

test("a text that renders to a file's name is a text", async () => {
  const here = await sender();
  await here.send({ body: "${workflow.input.text}" }, { input: { text: "@/etc/passwd" } });
  expect(onlyMail(here).parts.get("text/plain")).toBe("@/etc/passwd");
});

test("secret inputs are not in what people read of the mail", async () => {
  const here = await sender();
  const secret = "s3cret-täxt";
  const outcome = await here.send(
    { subject: "${workflow.input.s}", html: "${workflow.input.s}", body: "${workflow.input.s}" },
    { input: { s: secret }, secrets: [secret] },
  );
  expect(codeOf(outcome)).toBe("succeeded");
  expect(onlyMail(here).headers.get("subject")).toBe(secret);
  expect(JSON.stringify(outcome)).not.toContain(secret);
});

test("of a long mail people read the beginning", async () => {
  const here = await sender();
  const outcome = await here.send({ body: "x".repeat(500_000) });
  expect(onlyMail(here).parts.get("text/plain")).toHaveLength(500_000);
  expect(JSON.stringify(resultOf(outcome)).length).toBeLessThan(100_000);
  expect(JSON.stringify(resultOf(outcome))).toMatch(/cut: 500\d+ characters in all/);
});
