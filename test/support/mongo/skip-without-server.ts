// Set-up of files that cannot run without a MongoDB: each of their tests is reported as skipped, with the reason.
import { beforeEach } from "vitest";
import { announced } from "./shared-server.ts";

beforeEach(({ skip }) => {
  const server = announced();
  if (server?.kind === "missing") skip(server.reason);
});
