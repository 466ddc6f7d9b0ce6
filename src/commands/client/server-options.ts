import { ExitError } from "../exit-error.ts";

/** Which server a client command talks to. */
export interface ServerOptions {
  readonly server?: string;
  readonly token?: string;
}

const defaultServer = "http://127.0.0.1:8080";

/** Base URL without a slash at its end. Throws `ExitError` (2). */
export function serverUrl({ server }: ServerOptions): string {
  const written = server ?? (process.env["WORKFLOWS_SERVER"] || defaultServer);
  const url = URL.parse(written.includes("://") ? written : `http://${written}`);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new ExitError(2, `the server must be a URL such as ${defaultServer}`);
  if (url.username !== "" || url.password !== "")
    throw new ExitError(2, "the server's URL must not hold user and password: use --token or WORKFLOWS_TOKEN");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

export function tokenOf({ token }: ServerOptions): string | undefined {
  const given = token ?? process.env["WORKFLOWS_TOKEN"];
  if (given === undefined || given === "") return undefined;
  if (!/^[!-~]+$/.test(given)) throw new ExitError(2, "the token must be printable ASCII without spaces");
  return given;
}
