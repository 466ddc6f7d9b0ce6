import { expect, test } from "vitest";
import { apiServer } from "./api-server.ts";
import { bodyOf, post, send, sendRaw } from "./http-client.ts";

const half = String.raw`"\ud800"`;

const refused: readonly (readonly [what: string, body: string | Buffer, at?: string])[] = [
  ["nothing", ""],
  ["spaces", "  "],
  ["broken JSON", '{"name":'],
  ["two values", '{"name":1}{"name":2}'],
  ["an array", "[]", ""],
  ["null", "null", ""],
  ["a text", '"name"', ""],
  ["a byte order mark", Buffer.from('\ufeff{"name":"Ada"}')],
  ["bytes that are not UTF-8", Buffer.from('{"name":"\xff"}', "latin1")],
  ["a character cut in the middle", Buffer.from('{"name":"\xe2\x82"}', "latin1")],
  ["a surrogate in UTF-8", Buffer.from('{"name":"\xed\xa0\x80"}', "latin1")],
  ["UTF-16", Buffer.from('{"name":"Ada"}', "utf16le")],
  ["half a surrogate pair", `{"name":${half}}`, "/name"],
  ["half a surrogate pair deep inside", `{"name":{"a/b":[1,${half}]}}`, "/name/a~1b/1"],
  ["half a surrogate pair as a name", `{"name":{${half}:1}}`, "/name"],
  ["a number that no double holds", '{"name":1e400}', "/name"],
  ["an input called __proto__", '{"name":"Ada","__proto__":{"admin":true}}', "/__proto__"],
  ["__proto__ deep inside", '{"name":[{"__proto__":1}]}', "/name/0/__proto__"],
  ["__proto__ in escapes", '{"name":{"\\u005f_proto__":1}}', "/name/__proto__"],
  ["33 levels", `{"name":${"[".repeat(32)}${"]".repeat(32)}}`, `/name${"/0".repeat(31)}`],
  ["a million brackets", `{"name":${"[".repeat(500_000)}${"]".repeat(500_000)}}`, `/name${"/0".repeat(31)}`],
  ["10,001 values", `{"name":[${"1,".repeat(9_999)}1]}`, "/name/9999"],
];

test("a body that could not be stored and given back as it came is refused, and nothing is stored", async () => {
  await using server = await apiServer();
  for (const [what, body, at] of refused) {
    const answer = await post(`${server.url}/api/workflow/greet`, body);
    expect(answer.status, what).toBe(400);
    expect(answer.json, what).toEqual({
      error: expect.stringMatching(/^Unable to parse the input parameters: ./),
      code: "invalid_body",
      details: at === undefined ? [] : [{ at, message: expect.any(String) }],
    });
  }
  const marked = await post(`${server.url}/api/workflow/greet`, '\ufeff{"name":"Ada"}');
  expect(marked.json).toMatchObject({ error: expect.stringMatching(/begins with a byte order mark/) });
  expect((await server.store.search.find({ limit: 1 })).jobs).toEqual([]);
});

test("what is just within the limits is kept as it came", async () => {
  await using server = await apiServer();
  const inputs = [
    `{"name":${"[".repeat(31)}${"]".repeat(31)}}`,
    `{"name":[${"1,".repeat(9_998)}1]}`,
    String.raw`{"name":"\ud83d\ude00 \u0000 ${"€".repeat(100_000)}"}`,
    '{"name":9007199254740991,"constructor":{"prototype":{"a":1}},"toString":"x","":""}',
    '{"name":-1.7976931348623157e308}',
  ];
  for (const input of inputs) {
    const answer = await post(`${server.url}/api/workflow/greet`, input);
    expect(answer.status, input.slice(0, 60)).toBe(201);
    const { id } = answer.json as { id: string };
    expect((await server.store.jobs.get(id))?.input).toEqual(JSON.parse(input));
  }
});

test("of a name that occurs twice the last value counts", async () => {
  await using server = await apiServer();
  const answer = await post(`${server.url}/api/workflow/greet`, '{"name":"first","name":"second"}');
  const { id } = answer.json as { id: string };
  expect((await server.store.jobs.get(id))?.input).toEqual({ name: "second" });
});

test("a body over the limit is 413, whether its length is told before or not", async () => {
  await using server = await apiServer({ settings: { maxBodyBytes: 1000 } });
  const url = `${server.url}/api/workflow/greet`;
  expect((await post(url, `{"name":"${"x".repeat(989)}"}`)).status).toBe(201);
  for (const length of [990, 5_000_000]) {
    const answer = await post(url, `{"name":"${"x".repeat(length)}"}`);
    expect(answer.status).toBe(413);
    const error = expect.stringMatching(/too large: this call takes 1000 bytes at most/) as string;
    expect(answer.json).toMatchObject({ code: "input_too_large", error });
  }
  const chunk = `3e8\r\n${"x".repeat(1000)}\r\n`;
  const chunked = await sendRaw(
    server.port,
    `POST /api/workflow/greet HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`,
  );
  expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
  expect(bodyOf(chunked)).toMatchObject({ code: "input_too_large" });
});

test("an input within the body's limit but larger once written out is 413", async () => {
  await using server = await apiServer();
  const answer = await post(
    `${server.url}/api/workflow/greet`,
    `{"name":[${"1e20,".repeat(9_000)}"${"x".repeat(980_000)}"]}`,
  );
  expect(answer.status).toBe(413);
  expect(answer.json).toMatchObject({ code: "input_too_large" });
});

test("an encoded body is refused before it is read", async () => {
  await using server = await apiServer();
  const url = `${server.url}/api/workflow/greet`;
  const answer = await post(url, Buffer.from([0x1f, 0x8b]), { "content-encoding": "gzip" });
  expect(answer.status).toBe(415);
  expect(answer.json).toMatchObject({ code: "unsupported_content_encoding" });
  expect((await post(url, { name: "Ada" }, { "content-encoding": "identity" })).status).toBe(201);
});

test("a connection goes on after a refused body", async () => {
  await using server = await apiServer();
  const wrong = "POST /api/workflow/greet HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{";
  const last = "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const answers = await sendRaw(server.port, wrong + wrong + last);
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 400", "HTTP/1.1 400", "HTTP/1.1 200"]);
  expect((await send(`${server.url}/status`)).status).toBe(200);
});
