import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { ExitError } from "../exit-error.ts";

/** A server, and who one is there. */
export interface Profile {
  readonly server?: string;
  readonly token?: string;
}

export interface Profiles {
  /** The one that is used where none is named. */
  readonly current?: string;
  readonly profiles: ReadonlyMap<string, Profile>;
}

const members = ["server", "token"] as const;

/** JSON is YAML: one reader for all. */
const names = ["profiles.json", "profiles.yaml", "profiles.yml"];

const namePattern = /^[\w.@-]{1,64}$/;

/** The file that there is, else the one that would be made. Throws `ExitError` (2) where there are two. */
export function profilesPath(): string {
  const { env } = process;
  const folder = join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "workflows");
  const found = names.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (found.length > 1)
    throw new ExitError(2, `there are two files of profiles, ${found.join(" and ")}: keep one of them`);
  return found[0] ?? join(folder, "profiles.json");
}

/** Empty where there is no file. Throws `ExitError` (2) where others can read the file, or it is not what it should be; tokens are in no message. */
export function readProfiles(path: string): Profiles {
  if (!existsSync(path)) return { profiles: new Map() };
  refuseOthers(path);
  const value = parsed(path);
  const wrong = (what: string): ExitError =>
    new ExitError(
      2,
      `${path}: ${what}; it should be {"current": "NAME", "profiles": {"NAME": {"server": "URL", "token": "TOKEN"}}}`,
    );
  if (!isJsonObject(value)) throw wrong("is no mapping");
  const { current, profiles = {}, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) throw wrong(`${JSON.stringify(other)} is not known`);
  if (current !== undefined && typeof current !== "string") throw wrong('"current" must be a name');
  if (!isJsonObject(profiles)) throw wrong('"profiles" must be a mapping');
  const read = Object.entries(profiles).map(([name, profile]) => [name, profileOf(name, profile, wrong)] as const);
  return { ...(current !== undefined && { current }), profiles: new Map(read) };
}

function profileOf(name: string, value: JsonValue, wrong: (what: string) => ExitError): Profile {
  if (!isJsonObject(value)) throw wrong(`profile ${JSON.stringify(name)} must be a mapping`);
  for (const [member, given] of Object.entries(value)) {
    if (!members.some((known) => known === member))
      throw wrong(`${JSON.stringify(member)} of profile ${JSON.stringify(name)} is not known`);
    if (typeof given !== "string") throw wrong(`${member} of profile ${JSON.stringify(name)} must be a text`);
  }
  return value;
}

/** Throws `ExitError` (2). */
export function checkProfileName(name: string): void {
  if (!namePattern.test(name))
    throw new ExitError(2, `profile ${JSON.stringify(name)}: a name has 1 to 64 letters, digits or any of _ . @ -`);
}

/** Writes the file as a whole, for its owner alone, in the form that it has; comments in YAML stay. Throws `ExitError` (1). */
export function writeProfiles(path: string, { current, profiles }: Profiles): void {
  const value = { ...(current !== undefined && { current }), profiles: Object.fromEntries(profiles) };
  const text = path.endsWith(".json") ? `${JSON.stringify(value, undefined, 2)}\n` : asYaml(path, value);
  const temporary = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx", flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new ExitError(1, `${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Written {
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

function asYaml(path: string, value: Written): string {
  const document = parseDocument(existsSync(path) ? readFileSync(path, "utf8") : "");
  const { current, profiles } = value;
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  if (current === undefined) document.delete("current");
  else document.set("current", current);
  const before = document.get("profiles");
  if (!isMap(before)) document.set("profiles", document.createNode(profiles));
  else {
    for (const { key } of [...before.items]) if (!Object.hasOwn(profiles, String(key))) before.delete(key);
    for (const [name, profile] of Object.entries(profiles))
      if (JSON.stringify((before.toJS(document) as JsonObject)[name]) !== JSON.stringify(profile))
        before.set(name, document.createNode(profile));
  }
  return document.toString();
}

/** Tokens stand in it. */
function refuseOthers(path: string): void {
  if (process.platform === "win32") return;
  if ((statSync(path).mode & 0o077) !== 0)
    throw new ExitError(
      2,
      `${path}: others than its owner can read or write it, and it is for tokens: chmod 600 ${path}`,
    );
}

function parsed(path: string): JsonValue {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ExitError(2, `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new ExitError(2, `${path}: neither JSON nor YAML: ${error.code}`); // its message would quote the line
  return (document.toJS() ?? {}) as JsonValue;
}
