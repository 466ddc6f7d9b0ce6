import { expect, test } from "vitest";
import { maxToldBytes, toldOf } from "../../../src/model/told/told-of.ts";

const asIs = (text: string): string => text;

test.each([
  [
    "an http call",
    "http",
    {
      request: { uri: "http://a/b?c=d", method: "PUT", body: "long", headers: ["X: y"] },
      response: { statusCode: 404, body: "no\nsuch" },
    },
    { request: "PUT http://a/b?c=d", answer: "404 no\nsuch" },
  ],
  [
    "a call that was not answered",
    "http",
    { request: { uri: "http://a/", method: "GET" } },
    { request: "GET http://a/" },
  ],
  [
    "a command that failed: what it complained of comes first",
    "cli",
    {
      request: { command: ["/bin/tar", "-xf", "my file", ""] },
      response: { body: "x a", error: "no space", exitCode: 2 },
    },
    { request: '/bin/tar -xf "my file" ""', answer: "exit 2\nno space\nx a" },
  ],
  [
    "a command that a signal ended",
    "cli",
    { request: { command: ["/bin/a"] }, response: { body: "", error: "", signal: "SIGKILL" } },
    { request: "/bin/a", answer: "ended by SIGKILL" },
  ],
  [
    "a message",
    "nats",
    {
      request: { server: "bus:4222", subject: "devices.new", data: "{}" },
      response: { json: { stream: "devices", seq: 7, duplicate: false } },
    },
    { request: "publish devices.new to bus:4222", answer: '{"stream":"devices","seq":7,"duplicate":false}' },
  ],
  [
    "a mail: from whom to whom, and its subject, which its text cannot forge",
    "smtp",
    {
      request: {
        sender: "a@b",
        recipients: ["c@d", "e@f"],
        message: "From: a@b\nSubject: Welcome\n\nSubject: not this",
      },
      response: { json: { messageId: "<1@b>", reply: "250 queued" } },
    },
    { request: "mail from a@b to c@d, e@f; Subject: Welcome", answer: '{"messageId":"<1@b>","reply":"250 queued"}' },
  ],
  [
    "work of a program outside",
    "external",
    { request: { queue: "mail", worker: "pen-1" }, response: { json: { printed: true } } },
    { request: "queue mail", answer: '{"printed":true}' },
  ],
  [
    "an event that was waited for",
    "wait",
    { request: { event: "paid", id: "1", by: "eve" }, response: { json: {} } },
    { request: "event paid told by eve", answer: "{}" },
  ],
  [
    "a kind that nobody here knows",
    "fax",
    { request: { to: 1 }, response: "sent" },
    { request: '{"to":1}', answer: "sent" },
  ],
  ["nothing", "http", {}, {}],
])("%s is told in a few words", (_what, type, result, told) => {
  expect(toldOf(type, result, asIs)).toEqual(told);
});

test("what is long is cut after the secrets in it were hidden, and says how long it was", () => {
  const secret = "s3cret".repeat(40);
  const response = { statusCode: 200, body: `${"ä".repeat(490)}${secret}${"z".repeat(5000)}` };
  const { answer = "" } = toldOf("http", { response }, (text) => text.replaceAll(secret, "***"));
  expect(answer).toMatch(/^200 ä+\*\*\*z+\.\.\. \(cut: 5987 bytes in all\)$/);
  expect(Buffer.byteLength(answer)).toBeLessThan(maxToldBytes + 40);
});
