import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { TestContext } from "vitest";

/** Of a test that may run beside others. */
type Test = Pick<TestContext, "onTestFinished">;

/** Answers `127.0.0.1:PORT`; ends with the test. */
async function listening({ onTestFinished }: Test, server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => void sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function httpServer(test: Test): Promise<string> {
  return listening(
    test,
    createHttpServer((_request, response) => response.end("no database")),
  );
}

/** Takes connections and says nothing. */
export function silentServer(test: Test): Promise<string> {
  return listening(test, createServer());
}

/** Speaks TLS with the key and the certificate in that file. */
export function tlsServer(test: Test, keyAndCertificate: string): Promise<string> {
  const pem = readFileSync(keyAndCertificate);
  return listening(
    test,
    createTlsServer({ key: pem, cert: pem }).on("tlsClientError", () => undefined),
  );
}
