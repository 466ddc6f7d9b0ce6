import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/model/json.ts";
import type { HttpSettings } from "../../../../src/tasks/http/settings.ts";
import { newCaller } from "./calls.ts";
import { startRawService } from "./local-service.ts";

/** Every byte that a target gets for one call, the address that it has here replaced by its name. */
async function bytesOf(
  part: JsonObject,
  settings: Partial<HttpSettings> = {},
  input: JsonObject = {},
): Promise<readonly string[]> {
  const received: Buffer[] = [];
  await using service = await startRawService((socket) => {
    socket.on("data", (chunk: Buffer) => {
      received.push(chunk);
      if (isWhole(Buffer.concat(received))) socket.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    });
  });
  await using caller = newCaller(settings);
  const outcome = await caller.call({ uri: `${service.origin}/x`, ...part }, { input });
  expect(outcome.kind).toBe("succeeded");
  return Buffer.concat(received).toString().replaceAll(service.origin.slice(7), "target").split("\r\n");
}

function isWhole(bytes: Buffer): boolean {
  const head = bytes.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /content-length: (\d+)/i.exec(bytes.subarray(0, head).toString())?.[1] ?? "0";
  return bytes.length - head - 4 >= Number(length);
}

const connection = ["host: target", "connection: keep-alive"];
const ours = ["Idempotency-Key: key-1", "User-Agent: workflows/1.2.3", "Accept-Encoding: gzip, deflate, br"];

/** What a site sets whose targets were made for the calls of the original. */
const asTheOriginal: Partial<HttpSettings> = {
  userAgent: "Go-http-client/1.1",
  acceptEncoding: "gzip",
  idempotencyHeader: "",
};

const jsonPart = {
  method: "PUT",
  json: { id: "${workflow.input.id}", attributes: "${workflow.input.attributes}", note: "of ${workflow.input.id}" },
  headers: { "X-MEN-RequestID": "${workflow.input.request_id}" },
};
const input = { id: 'd "1"', attributes: [{ name: "é", value: 1.5 }], request_id: "r-1" };
const jsonBody = '{"id":"d \\"1\\"","attributes":[{"name":"é","value":1.5}],"note":"of d \\"1\\""}';
const jsonLength = `content-length: ${Buffer.byteLength(jsonBody)}`;

test.for([
  { what: "a call without a body", part: {}, settings: {}, bytes: ["GET /x HTTP/1.1", ...connection, ...ours, "", ""] },
  {
    what: "a call without a body, by a method that often has one",
    part: { method: "POST" },
    settings: {},
    bytes: ["POST /x HTTP/1.1", ...connection, ...ours, "content-length: 0", "", ""],
  },
  {
    what: "JSON",
    part: jsonPart,
    settings: {},
    bytes: [
      ...["PUT /x HTTP/1.1", ...connection, "X-MEN-RequestID: r-1", "Content-Type: application/json"],
      ...[...ours, jsonLength, "", jsonBody],
    ],
  },
  {
    what: "JSON, with what the original sends by itself",
    part: jsonPart,
    settings: asTheOriginal,
    bytes: [
      ...["PUT /x HTTP/1.1", ...connection, "X-MEN-RequestID: r-1", "Content-Type: application/json"],
      ...["User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip", jsonLength, "", jsonBody],
    ],
  },
  {
    what: "a payload, with nothing that was not asked for",
    part: { payload: '{"device_id": "${workflow.input.id}"}', contentType: "application/json; charset=utf-8" },
    settings: { ...asTheOriginal, acceptEncoding: "" },
    bytes: [
      ...["POST /x HTTP/1.1", ...connection, "Content-Type: application/json; charset=utf-8"],
      ...["User-Agent: Go-http-client/1.1", "content-length: 24", "", '{"device_id": "d \\"1\\""}'],
    ],
  },
  {
    what: "a form",
    part: { formdata: { b: "${workflow.input.id}", "10": "x", a: "é" } },
    settings: asTheOriginal,
    bytes: [
      ...["POST /x HTTP/1.1", ...connection, "Content-Type: application/x-www-form-urlencoded"],
      ...[
        "User-Agent: Go-http-client/1.1",
        "Accept-Encoding: gzip",
        "content-length: 25",
        "",
        "10=x&b=d+%221%22&a=%C3%A9",
      ],
    ],
  },
  {
    what: "a multipart form",
    part: { formdata: { a: "${workflow.input.id}" }, contentType: "multipart/form-data; boundary=b" },
    settings: asTheOriginal,
    bytes: [
      ...["POST /x HTTP/1.1", ...connection, "Content-Type: multipart/form-data; boundary=b"],
      ...["User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip", "content-length: 63", ""],
      ...["--b", 'Content-Disposition: form-data; name="a"', "", 'd "1"', "--b--", ""],
    ],
  },
])("$what arrives as exactly these bytes", async ({ part, settings, bytes }) => {
  expect(await bytesOf(part, settings, input)).toEqual(bytes);
});
