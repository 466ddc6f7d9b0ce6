import { afterAll, beforeAll } from "vitest";
import { storeIsMissing } from "../../support/store/store-place.ts";
import { type ApiServer, type ApiServerOptions, apiServer } from "./api-server.ts";

/** One server for all tests of a file that leave nothing behind which others would notice: most of what such a test takes is the start of a server. */
export function sharedServer(options: ApiServerOptions = {}): () => ApiServer {
  let server: ApiServer | undefined;
  beforeAll(async () => {
    if (!storeIsMissing()) server = await apiServer(options);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  return () => {
    if (server === undefined) throw new Error("It was not started");
    return server;
  };
}
