import { text } from "node:stream/consumers";
import { defaultServer, serverUrl, tokenOf } from "../client/server-options.ts";
import { ExitError } from "../exit-error.ts";
import type { Globals } from "../globals.ts";
import { note, print, printIds, printJson, table } from "../terminal.ts";
import { profileNamed } from "./chosen.ts";
import {
  checkProfileName,
  type Profile,
  type Profiles,
  profilesPath,
  readProfiles,
  writeProfiles,
} from "./profiles-file.ts";

export interface SetOptions {
  readonly server?: string;
  /** `-`: the standard input has it. */
  readonly token?: string;
}

interface Shown {
  readonly name: string;
  readonly current: boolean;
  readonly server: string | null;
  /** Whether it has one: tokens are shown nowhere. */
  readonly token: boolean;
}

export function listProfiles(globals: Globals): number {
  const path = profilesPath();
  const all = readProfiles(path);
  const shown = [...all.profiles.keys()].sort().map((name) => shownOf(all, name));
  if (globals.json === true) printJson({ file: path, profiles: shown });
  else if (shown.length === 0) note("No profiles: workflows profile set NAME --server URL makes one.");
  else {
    printIds(shown.map(({ name }) => name));
    print(table(["", "PROFILE", "SERVER", "TOKEN"], shown.map(cellsOf)));
  }
  return 0;
}

/** Without a name, the one in use. */
export function showProfile(name: string | undefined, globals: Globals): number {
  const path = profilesPath();
  const all = readProfiles(path);
  const asked = name ?? (process.env["WORKFLOWS_PROFILE"] || all.current);
  if (asked === undefined)
    throw new ExitError(2, "no profile is in use: name one, or choose one with workflows profile use NAME");
  profileNamed(all, asked, path);
  const shown = shownOf(all, asked);
  printIds([shown.name]);
  if (globals.json === true) printJson({ file: path, ...shown });
  else print(table(["", "PROFILE", "SERVER", "TOKEN"], [cellsOf(shown)]));
  return 0;
}

/** Makes a profile, or changes what is given of it; the first one is in use from then on. */
export async function setProfile(name: string, { server, token }: SetOptions): Promise<number> {
  checkProfileName(name);
  const path = profilesPath();
  const all = readProfiles(path);
  const before = all.profiles.get(name);
  if (server === undefined && token === undefined)
    throw new ExitError(2, "say what to set: --server URL, --token TOKEN (- takes it from the standard input)");
  if (server !== undefined && token === undefined) refuseToMoveToken(name, before, server);
  const given = token === "-" ? (await text(process.stdin)).trim() : token;
  if (given !== undefined) tokenOf({ token: given });
  const profile: Profile = {
    ...before,
    ...(server !== undefined && { server: serverUrl({ server }) }),
    ...(given !== undefined && given !== "" && { token: given }),
  };
  if (given === "") Reflect.deleteProperty(profile, "token");
  const current = all.current ?? name;
  writeProfiles(path, { current, profiles: new Map(all.profiles).set(name, profile) });
  print(
    `${before === undefined ? "Made" : "Changed"} profile ${name}${current === name ? ", which is in use" : ""} (${path})`,
  );
  return 0;
}

/** The token was given for the server that the profile had. Throws `ExitError` (2). */
function refuseToMoveToken(name: string, before: Profile | undefined, server: string): void {
  if (before?.token === undefined) return;
  const its = serverUrl({ server: before.server ?? defaultServer });
  if (serverUrl({ server }) === its) return;
  throw new ExitError(
    2,
    `the token of profile ${name} is for ${its}: give the one for the new server with --token (- takes it from the standard input), or --token "" for none`,
  );
}

/** From now on commands use that profile where none is named. */
export function useProfile(name: string): number {
  const path = profilesPath();
  const all = readProfiles(path);
  const { server } = profileNamed(all, name, path);
  writeProfiles(path, { ...all, current: name });
  print(`Profile ${name} is in use${server === undefined ? "" : `: ${server}`}`);
  return 0;
}

export function removeProfile(name: string): number {
  const path = profilesPath();
  const all = readProfiles(path);
  profileNamed(all, name, path);
  const profiles = new Map(all.profiles);
  profiles.delete(name);
  const { current } = all;
  writeProfiles(path, { ...(current !== undefined && current !== name && { current }), profiles });
  print(`Removed profile ${name}${current === name ? "; no profile is in use now" : ""}`);
  return 0;
}

function shownOf(all: Profiles, name: string): Shown {
  const { server, token } = all.profiles.get(name) ?? {};
  return { name, current: all.current === name, server: server ?? null, token: token !== undefined };
}

function cellsOf({ name, current, server, token }: Shown): string[] {
  return [current ? "*" : "", name, server ?? "", token ? "set" : ""];
}
