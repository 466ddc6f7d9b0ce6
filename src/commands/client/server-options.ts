import type { Command } from "commander";
import { ExitError } from "../exit-error.ts";
import { chosenProfile } from "../profile/chosen.ts";

/** Which server a client command talks to. */
export interface ServerOptions {
  readonly server?: string;
  readonly token?: string;
  /** Name of a profile that has both. */
  readonly profile?: string;
}

/** Gives a command the options. */
export function toServer(command: Command): Command {
  return command
    .option("--server <url>", "the server (default: $WORKFLOWS_SERVER, that of the profile, or http://127.0.0.1:8080)")
    .option("--token <token>", "API token (better: $WORKFLOWS_TOKEN or a profile, which process lists do not show)")
    .option("--profile <name>", "server and token of this profile (default: $WORKFLOWS_PROFILE, or the one in use)");
}

export const defaultServer = "http://127.0.0.1:8080";

/** Where a command goes, and who it is there. */
export interface Target {
  /** Base URL without a slash at its end. */
  readonly server: string;
  readonly token?: string;
  /** What somebody whom the server does not know can do. */
  readonly tokenHint: string;
}

/**
 * What is nearest counts: options, a profile that is named by an option, the environment, the profile in use. A profile's token goes to the server of that profile alone, and
 * that of the environment to the environment's server, where it names one.
 * Throws `ExitError` (2).
 */
export function targetOf(options: ServerOptions): Target {
  const { env } = process;
  const ofEnvironment = env["WORKFLOWS_SERVER"] || undefined;
  const stated = options.server ?? (options.profile === undefined ? ofEnvironment : undefined);
  const profile = stated === undefined || options.profile !== undefined ? chosenProfile(options.profile) : undefined;
  const server = serverUrl({ server: stated ?? profile?.server ?? defaultServer });
  const ownToken =
    profile?.token !== undefined && server === serverUrl({ server: profile.server ?? defaultServer })
      ? profile.token
      : undefined;
  const isElsewhere = ofEnvironment !== undefined && server !== serverUrl({ server: ofEnvironment });
  const everywhere = env["WORKFLOWS_TOKEN"] || undefined;
  const tokenOfEnvironment = isElsewhere ? undefined : everywhere;
  const given =
    options.token ??
    (options.profile === undefined ? (tokenOfEnvironment ?? ownToken) : (ownToken ?? tokenOfEnvironment));
  const token = tokenOf({ token: given });
  const tokenHint =
    token === undefined && everywhere !== undefined
      ? "WORKFLOWS_TOKEN is for the server of WORKFLOWS_SERVER, and was not sent to this one: give one with --token or a profile"
      : "give one with --token, WORKFLOWS_TOKEN or a profile";
  return { server, tokenHint, ...(token !== undefined && { token }) };
}

/** Base URL without a slash at its end. Throws `ExitError` (2). */
export function serverUrl({ server }: { readonly server: string }): string {
  const url = URL.parse(server.includes("://") ? server : `http://${server}`);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new ExitError(2, `the server must be a URL such as ${defaultServer}`);
  if (url.username !== "" || url.password !== "")
    throw new ExitError(2, "the server's URL must not hold user and password: use --token or WORKFLOWS_TOKEN");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** Throws `ExitError` (2), without the token. */
export function tokenOf({ token }: { readonly token: string | undefined }): string | undefined {
  if (token === undefined || token === "") return undefined;
  if (!/^[!-~]+$/.test(token)) throw new ExitError(2, "the token must be printable ASCII without spaces");
  return token;
}
