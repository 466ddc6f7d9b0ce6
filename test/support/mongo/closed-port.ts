import { freePort } from "../programs/free-port.ts";

/** `127.0.0.1:PORT` where nothing listens. */
export async function closedPort(): Promise<string> {
  return `127.0.0.1:${await freePort()}`;
}
