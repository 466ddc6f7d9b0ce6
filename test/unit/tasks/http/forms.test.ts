import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/model/json.ts";
import { codeOf, newCaller } from "./calls.ts";
import { startService } from "./local-service.ts";
import { readForm } from "./read-form.ts";

/** What arrives for a form. */
async function sent(part: JsonObject, input: JsonObject = {}) {
  await using service = await startService();
  await using caller = newCaller();
  const code = codeOf(await caller.call({ uri: service.origin, ...part }, { input }));
  const [request] = service.requests;
  return { code, type: request?.headers["content-type"] ?? "", body: request?.body ?? "" };
}

const parsed = ({ type, body }: { type: string; body: string }) => readForm(type, body);

const input = { name: "Ada & Co", text: 'two\r\nlines "é"', number: 7, list: ["a", "b"] };

const formdata = {
  "${workflow.input.name}": "${workflow.input.text}",
  number: "${workflow.input.number}",
  list: "${workflow.input.list}",
  fixed: 5,
  yes: true,
  "": "",
};

const read = [
  ["Ada & Co", 'two\r\nlines "é"'],
  ["number", "7"],
  ["list", "a,b"],
  ["fixed", "5"],
  ["yes", "true"],
  ["", ""],
];

test("names and values of a form are templates, and a service reads what was meant, in either way", async () => {
  const urlencoded = await sent({ formdata }, input);
  expect(urlencoded).toMatchObject({ code: "succeeded", type: "application/x-www-form-urlencoded" });
  expect(parsed(urlencoded)).toEqual(read);
  const multipart = await sent({ formdata, contentType: "multipart/form-data" }, input);
  expect(multipart.type).toMatch(/^multipart\/form-data; boundary=workflows-[0-9a-f]{32}$/);
  expect(parsed(multipart)).toEqual(read);
});

test("a multipart form is written as RFC 7578 says, each text as it is", async () => {
  const form = { formdata: { a: "1", 'b"c\n': "--x\r\n" }, contentType: 'multipart/form-data; boundary="frontier"' };
  expect(await sent(form)).toEqual({
    code: "succeeded",
    type: 'multipart/form-data; boundary="frontier"',
    body: [
      ...["--frontier", 'Content-Disposition: form-data; name="a"', "", "1"],
      ...["--frontier", 'Content-Disposition: form-data; name="b%22c%0A"', "", "--x", ""],
      ...["--frontier--", ""],
    ].join("\r\n"),
  });
});

test("every attempt sends the same bytes: services that keep idempotency keys compare them", async () => {
  const form = { formdata, headers: { "Content-Type": "multipart/form-data;" } };
  const first = await sent(form, input);
  expect(first.type).toMatch(/^multipart\/form-data; boundary=/);
  expect(await sent(form, input)).toEqual(first);
  expect((await sent(form, { ...input, number: 8 })).type).not.toBe(first.type);
});

test("the way may come from an input", async () => {
  const form = { formdata: { a: "b" }, contentType: "${workflow.input.type}" };
  expect(parsed(await sent(form, { type: "multipart/form-data" }))).toEqual([["a", "b"]]);
  expect((await sent(form, { type: "application/x-www-form-urlencoded" })).body).toBe("a=b");
  expect(await sent(form, { type: "multipart/mixed" })).toMatchObject({ code: "request_invalid", body: "" });
});

test("no value can end a part of a form early", async () => {
  const form = { formdata: { a: "${workflow.input.a}" }, contentType: "multipart/form-data; boundary=b" };
  expect(await sent(form, { a: "x\r\n--b--" })).toMatchObject({ code: "request_invalid", body: "" });
  const badBoundary = { ...form, contentType: "multipart/form-data; boundary=a b" };
  expect((await sent({ ...badBoundary, contentType: 'multipart/form-data; boundary="a b "' })).code).toBe(
    "request_invalid",
  );
  await using caller = newCaller();
  const long = { formdata: { a: "b" }, contentType: `multipart/form-data; boundary=${"${workflow.input.a}"}` };
  expect(
    await caller.call({ uri: "http://127.0.0.1:1", ...long }, { input: { a: "x".repeat(100_000) } }),
  ).toMatchObject({
    error: { message: "(a text of 100000 characters) cannot be the boundary of a multipart form" },
  });
  expect(parsed(await sent({ formdata: {}, contentType: "multipart/form-data" }))).toEqual([]);
});
