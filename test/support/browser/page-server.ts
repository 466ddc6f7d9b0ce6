import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const page = `<!doctype html><title>A page</title><script type="module" src="/main.js"></script>`;

export interface PageServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
}

/** Serves a page that loads `/main.js`, and scripts by their paths. */
export async function pageServer(scripts: Readonly<Record<string, string>>): Promise<PageServer> {
  const server = createServer(({ url = "" }, response) => {
    const script = scripts[url];
    if (script !== undefined) response.setHeader("content-type", "text/javascript").end(script);
    else if (url === "/") response.setHeader("content-type", "text/html").end(page);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
