import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";

/** Answers `127.0.0.1:PORT`; ends with the test. */
async function listening(server: Server): Promise<string> {
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

export function httpServer(): Promise<string> {
  return listening(createHttpServer((_request, response) => response.end("no database")));
}

/** Takes connections and says nothing. */
export function silentServer(): Promise<string> {
  return listening(createServer());
}

/** Speaks TLS with the key and the certificate in that file. */
export function tlsServer(keyAndCertificate: string): Promise<string> {
  const pem = readFileSync(keyAndCertificate);
  return listening(createTlsServer({ key: pem, cert: pem }).on("tlsClientError", () => undefined));
}
