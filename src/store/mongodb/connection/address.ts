import { maskCredentials } from "../../../model/redaction.ts";
import type { MongoSettings } from "./settings.ts";

/** The original's name for its database. */
const defaultDatabase = "workflows";

/** What an address says, as far as we need it before the driver has read it. */
export interface Address {
  /** `HOST:PORT,HOST:PORT`; for people, without user and password. */
  readonly hosts: string;
  readonly database: string;
  readonly user: string | undefined;
  /** Where the user is looked up. */
  readonly authSource: string;
  /** Whether an option stands in the address. Names are compared without case, as the driver does. */
  has(option: string): boolean;
}

/** Takes an address apart. A wrong one gives something to show, no error: the driver says what is wrong with it. */
export function readAddress({ url, database, username }: MongoSettings): Address {
  const [, userinfo = "", hosts = "", path = "", query = ""] = parts.exec(url) ?? [];
  const options = new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]));
  const inPath = decoded(path);
  return {
    // With an `@` behind them, what look like hosts may be a part of a password that was not escaped.
    hosts: hosts === "" || `${hosts}${path}${query}`.includes("@") ? maskCredentials(url) : hosts,
    database: database ?? (inPath === "" ? defaultDatabase : inPath),
    user: username ?? (userinfo === "" ? undefined : decoded(userinfo.split(":")[0] ?? "")),
    authSource: options.get("authsource") ?? (inPath === "" ? "admin" : inPath),
    has: (option) => options.has(option.toLowerCase()),
  };
}

const parts = /^mongodb(?:\+srv)?:\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
