import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";

/** Writes a workflow `hello` of one call to a service of its own that answers at once. Answers the file's path. A test that runs beside others hands itself in, for the service to end with it. */
export async function helloIn(
  folder: string,
  test: Pick<TestContext, "onTestFinished"> = { onTestFinished },
): Promise<string> {
  const server = createServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
  await once(server, "listening");
  test.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const tasks = [{ name: "call", type: "http", retries: 3, http: { uri, method: "GET" } }];
  const path = join(folder, "hello.json");
  await writeFile(path, JSON.stringify({ name: "hello", version: 1, tasks }));
  return path;
}
