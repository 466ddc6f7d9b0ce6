import { once } from "node:events";
import { createServer } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, expect, test } from "vitest";
import type { Resolve } from "../../../../../src/tasks/http/call/connector.ts";
import { certificate, key } from "../../../../support/tls/certificate.ts";
import { codeOf, newCaller, responseOf } from "../calls.ts";
import { startService } from "../local-service.ts";

const usual = getCACertificates("default");

afterEach(() => setDefaultCACertificates(usual));

const here: Resolve = (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);

async function startTlsService() {
  let connections = 0;
  const server = createServer({ cert: certificate, key }, (_, response) => void response.end("sealed"));
  server.on("secureConnection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

test("a service with a trusted certificate for its name is called, over one connection", async () => {
  setDefaultCACertificates([...usual, certificate]);
  await using service = await startTlsService();
  await using caller = newCaller({ maxConnectionsPerOrigin: 1 }, here);
  for (let count = 0; count < 3; count++) {
    const outcome = await caller.call({ uri: `https://named.test:${service.port}/` });
    expect(responseOf(outcome)).toEqual({ statusCode: 200, body: "sealed" });
  }
  expect(service.connections()).toBe(1);
});

test("a certificate that nobody signed is refused, and nothing is sent", async () => {
  await using service = await startTlsService();
  await using caller = newCaller({}, here);
  expect(await caller.call({ uri: `https://named.test:${service.port}/` })).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "tls_failed", message: expect.stringContaining(`no TLS with named.test:${service.port}`) as string },
  });
});

test("a trusted certificate for another name is refused", async () => {
  setDefaultCACertificates([...usual, certificate]);
  await using service = await startTlsService();
  await using caller = newCaller({}, here);
  expect(codeOf(await caller.call({ uri: `https://other.test:${service.port}/` }))).toBe("tls_failed");
  expect(codeOf(await caller.call({ uri: `https://127.0.0.1:${service.port}/` }))).toBe("tls_failed");
});

test("a service that speaks no TLS is refused", async () => {
  await using service = await startService();
  await using caller = newCaller();
  expect(codeOf(await caller.call({ uri: `https://127.0.0.1:${service.port}/` }))).toBe("tls_failed");
});
