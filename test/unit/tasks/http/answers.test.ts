import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { codeOf, newCaller, responseOf } from "./calls.ts";
import { startRawService, startService } from "./local-service.ts";

const maxResponseBytes = 10_000;

test.for([0, 1, maxResponseBytes - 1, maxResponseBytes])("a body of %i bytes is kept whole", async (length) => {
  await using service = await startService((_, response) => void response.end("x".repeat(length)));
  await using caller = newCaller({ maxResponseBytes });
  const outcome = await caller.call({ uri: service.origin });
  expect(responseOf(outcome)).toEqual({ statusCode: 200, body: "x".repeat(length) });
});

test("a body over the limit is cut, marked, and not read on", async () => {
  await using service = await startService((_, response) => {
    const fill = () => {
      while (!response.destroyed && response.write("x".repeat(64 * 1024)));
    };
    response.on("drain", fill);
    fill(); // for ever
  });
  await using caller = newCaller({ maxResponseBytes });
  const outcome = await caller.call({ uri: service.origin });
  expect(codeOf(outcome)).toBe("succeeded");
  expect(responseOf(outcome)).toEqual({ statusCode: 200, body: "x".repeat(maxResponseBytes), truncated: true });
  await eventually("the connection is closed", () => service.open.size === 0);
});

test("a body that is cut never ends in half a character", async () => {
  await using service = await startService((_, response) => void response.end("é".repeat(10)));
  await using caller = newCaller({ maxResponseBytes: 7 });
  expect(responseOf(await caller.call({ uri: service.origin }))).toEqual({
    statusCode: 200,
    body: "ééé",
    truncated: true,
  });
});

const codings = [
  { coding: "gzip", compress: gzipSync },
  { coding: "x-gzip", compress: gzipSync },
  { coding: "deflate", compress: deflateSync },
  { coding: "deflate", compress: deflateRawSync },
  { coding: "BR", compress: brotliCompressSync },
  { coding: "gzip, br", compress: (text: Buffer) => brotliCompressSync(gzipSync(text)) },
  { coding: "identity", compress: (text: Buffer) => text },
];

test.for(codings)("a body with coding $coding is decompressed", async ({ coding, compress }) => {
  await using service = await startService((_, response) => {
    response.setHeader("content-encoding", coding);
    response.end(compress(Buffer.from('{"a": "é"}')));
  });
  await using caller = newCaller();
  expect(responseOf(await caller.call({ uri: service.origin }))).toEqual({ statusCode: 200, body: '{"a": "é"}' });
});

test.for(["gzip", "br"])("of a bomb in %s no more than the limit is unfolded", async (coding) => {
  const zeros = Buffer.alloc(64 * 1024 * 1024, "0");
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const bomb = coding === "br" ? brotliCompressSync(zeros, quick) : gzipSync(zeros, { level: 1 });
  await using service = await startService(
    (_, response) => void response.writeHead(200, { "content-encoding": coding }).end(bomb),
  );
  await using caller = newCaller({ maxResponseBytes: 1_000_000 });
  const before = process.memoryUsage().arrayBuffers;
  const outcome = await caller.call({ uri: service.origin });
  const grown = process.memoryUsage().arrayBuffers - before;
  expect(responseOf(outcome)).toMatchObject({ truncated: true });
  expect(String(responseOf(outcome)["body"])).toHaveLength(1_000_000);
  expect(grown).toBeLessThan(20 * 1024 * 1024);
});

test("a compressed body over the limit is cut before it is decompressed, and its beginning kept", async () => {
  const noise = Array.from({ length: 20_000 }, (_, index) => ((index * 2654435761) >>> 0).toString(36)).join("");
  await using service = await startService(
    (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(noise)),
  );
  await using caller = newCaller({ maxResponseBytes });
  const { body, truncated } = responseOf(await caller.call({ uri: service.origin }));
  expect(truncated).toBe(true);
  expect(noise.startsWith(String(body))).toBe(true);
  expect(String(body)).toHaveLength(maxResponseBytes);
});

test.for([
  { name: "damaged", coding: "gzip", body: Buffer.from("not gzip at all") },
  { name: "cut", coding: "gzip", body: gzipSync("x".repeat(1000)).subarray(0, -9) },
  { name: "unknown", coding: "zstd", body: Buffer.from("x") },
  { name: "endless", coding: "gzip,gzip,gzip,gzip,gzip", body: Buffer.from("x") },
])("a body whose coding is $name is a failure that names the status", async ({ coding, body }) => {
  await using service = await startService(
    (_, response) => void response.writeHead(200, { "content-encoding": coding }).end(body),
  );
  await using caller = newCaller();
  expect(await caller.call({ uri: service.origin })).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "response_invalid", message: expect.stringContaining("status 200, but the body") as string },
  });
});

test.for([
  { type: "text/plain; charset=ISO-8859-1", bytes: [0xe9], body: "é" },
  { type: 'text/plain; charset="utf-8"', bytes: [0xc3, 0xa9], body: "é" },
  { type: "application/json", bytes: [0xef, 0xbb, 0xbf, 0x7b, 0x7d], body: "{}" },
  { type: "text/plain; charset=nonsense", bytes: [0xc3, 0xa9], body: "é" },
])("a body of type $type is read in its character set", async ({ type, bytes, body }) => {
  await using service = await startService(
    (_, response) => void response.writeHead(200, { "content-type": type }).end(Buffer.from(bytes)),
  );
  await using caller = newCaller();
  expect(responseOf(await caller.call({ uri: service.origin }))).toEqual({ statusCode: 200, body });
});

test("bytes that are no text are replaced, which is told, and stay within the limit", async () => {
  await using service = await startService((_, response) => void response.end(Buffer.alloc(maxResponseBytes, 0xff)));
  await using caller = newCaller({ maxResponseBytes });
  const response = responseOf(await caller.call({ uri: service.origin }));
  expect(response).toMatchObject({ replaced: true, truncated: true });
  expect(Buffer.byteLength(String(response["body"]))).toBeLessThanOrEqual(maxResponseBytes);
});

test.for([
  { name: "204", method: "DELETE", status: 204, headers: {} },
  { name: "HEAD with a length", method: "HEAD", status: 200, headers: { "content-length": "1000" } },
  { name: "HEAD with a coding", method: "HEAD", status: 200, headers: { "content-encoding": "gzip" } },
  { name: "304", method: "GET", status: 304, headers: { "content-encoding": "gzip" } },
])("an answer without a body: $name", async ({ method, status, headers }) => {
  await using service = await startService((_, response) => void response.writeHead(status, headers).end());
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin, method });
  expect(codeOf(outcome)).toBe("succeeded");
  expect(responseOf(outcome)).toEqual({ statusCode: status, body: "" });
});

/** What the HTTP client of this process tells when it has read the head of an answer. */
const headRead = "undici:request:headers";

const framings = [
  { framing: "a length", head: "content-length: 1000\r\n\r\nbeginning" },
  { framing: "a length, and closing", head: "connection: close\r\ncontent-length: 1000\r\n\r\nbeginning" },
  { framing: "chunks", head: "transfer-encoding: chunked\r\n\r\n9\r\nbeginning\r\n" },
  { framing: "chunks, and closing", head: "connection: close\r\ntransfer-encoding: chunked\r\n\r\n9\r\nbeginning\r\n" },
];

test.for(framings)("a body with $framing that ends early is a failure, never a short success", async ({ head }) => {
  await using service = await startRawService(
    (socket) => void socket.on("data", () => socket.end(`HTTP/1.1 200 OK\r\n${head}`)),
  );
  await using caller = newCaller();
  expect(await caller.call({ uri: service.origin })).toMatchObject({
    kind: "failed",
    retryable: true,
    error: {
      code: "body_incomplete",
      message: expect.stringContaining("status 200, but its body ended early") as string,
    },
  });
});

test.for([...framings, { framing: "no length", head: "connection: close\r\n\r\nbeginning" }])(
  "a connection that is reset in the middle of a body with $framing is a failure, never a short success",
  async ({ head }) => {
    await using service = await startRawService((socket) => {
      const reset = (): void => {
        unsubscribe(headRead, reset);
        socket.resetAndDestroy();
      };
      socket.on("data", () => {
        subscribe(headRead, reset); // what the caller has not read when the reset comes is lost
        socket.write(`HTTP/1.1 200 OK\r\n${head}`);
      });
    });
    await using caller = newCaller();
    expect(codeOf(await caller.call({ uri: service.origin }))).toBe("body_incomplete");
  },
);

test("a body without a length ends with its connection", async () => {
  await using service = await startRawService(
    (socket) => void socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nwhole")),
  );
  await using caller = newCaller();
  expect(responseOf(await caller.call({ uri: service.origin }))).toEqual({ statusCode: 200, body: "whole" });
});

test.for([
  "SSH-2.0-OpenSSH_9.6\r\n",
  "HTTP/1.1 abc OK\r\n\r\n",
  "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx",
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
  `HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}\r\n\r\n`,
])("an answer that is not HTTP is a retryable failure: %j", async (answer) => {
  await using service = await startRawService((socket) => void socket.on("data", () => socket.write(answer)));
  await using caller = newCaller();
  const outcome = await caller.call({ uri: service.origin, readTimeOut: 5000 });
  expect(outcome).toMatchObject({ kind: "failed", retryable: true });
  expect(["response_invalid", "body_incomplete", "connection_lost"]).toContain(codeOf(outcome));
});

test.for([200, 503])("headers that come more than once do no harm, status %i", async (status) => {
  const names = [
    "content-encoding: identity",
    "content-type: text/plain",
    "retry-after: 5",
    `date: ${new Date().toUTCString()}`,
  ];
  const head = [...names, ...names, "content-length: 2"].join("\r\n");
  await using service = await startRawService(
    (socket) => void socket.on("data", () => socket.write(`HTTP/1.1 ${status} X\r\n${head}\r\n\r\nok`)),
  );
  await using caller = newCaller();
  expect(responseOf(await caller.call({ uri: service.origin }))).toEqual({ statusCode: status, body: "ok" });
});
