import { once } from "node:events";
import { createServer } from "node:http";
import { createHttpKind } from "../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../src/tasks/http/settings.ts";
import { describeKind } from "./kind-contract.ts";

describeKind(async () => {
  let running = 0;
  const server = createServer((request, response) => {
    running += 1;
    response.on("close", () => {
      running -= 1;
    });
    if (request.url?.startsWith("/hang") !== true) response.writeHead(request.url === "/fail" ? 500 : 200).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const kind = createHttpKind(defaultHttpSettings, "1.2.3");
  return {
    kind,
    succeeds: { uri: `${origin}/\${workflow.input.text}`, payload: "${workflow.input.text}" },
    fails: { uri: `${origin}/fail` },
    hangs: { uri: `${origin}/hang` },
    running: () => running,
    async [Symbol.asyncDispose]() {
      await kind.close();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
});
