import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startJob } from "../../support/workflows-api.ts";
import { startRawService } from "../../unit/tasks/http/local-service.ts";
import { service } from "./service.ts";
import { commandSite } from "./site.ts";

/** Of a site whose targets were made for the calls of the original. */
const asTheOriginal = {
  WORKFLOWS_HTTP_USER_AGENT: "Go-http-client/1.1",
  WORKFLOWS_HTTP_ACCEPT_ENCODING: "gzip",
  WORKFLOWS_IDEMPOTENCY_HEADER: "",
};

test.for([
  {
    what: "what the original sends",
    env: asTheOriginal,
    headers: ["User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"],
  },
  {
    what: "a header of its own for repeated calls, and no word about encodings",
    env: { WORKFLOWS_HTTP_ACCEPT_ENCODING: "", WORKFLOWS_IDEMPOTENCY_HEADER: "X-Call" },
    headers: [/^X-Call: [0-9a-f]{32,}$/, /^User-Agent: workflows\/\d+\.\d+\.\d+$/],
  },
])("byte for byte, a target gets $what", async ({ env, headers }) => {
  let received = "";
  await using target = await startRawService((socket) => {
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString();
      if (received.endsWith('"}')) socket.end("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    });
  });
  await using site = await commandSite();
  const path = join(site.path, "rename.json");
  const task = {
    ...{ name: "rename", type: "http" },
    http: {
      ...{ uri: `${target.origin}/devices/\${workflow.input.id}`, method: "PUT" },
      payload: '{"name": "${workflow.input.name}"}',
      headers: { "X-MEN-RequestID": "${workflow.input.request_id}" },
    },
  };
  await writeFile(
    path,
    JSON.stringify({ name: "rename", inputParameters: ["id", "name", "request_id"], tasks: [task] }),
  );
  using running = await service(["standalone", "--workflows-path", path], site, env);
  await startJob(running.url, "rename", { id: "a b", name: 'é "x"', request_id: "r-1" });
  const body = '{"name": "é \\"x\\""}';
  await eventually("the call has come", () => received.endsWith(body));
  const lines = received.split("\r\n");
  expect(lines).toEqual([
    "PUT /devices/a%20b HTTP/1.1",
    `host: 127.0.0.1:${target.port}`,
    "connection: keep-alive",
    "X-MEN-RequestID: r-1",
    "Content-Type: application/json",
    ...headers.map((header) => (typeof header === "string" ? header : (expect.stringMatching(header) as unknown))),
    `content-length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ]);
});
