import { MongoError, MongoServerError, MongoServerSelectionError } from "mongodb";
import { StartError, StoreUnavailable } from "../../../model/errors.ts";
import { maskCredentials, textHider } from "../../../model/redaction.ts";
import type { Address } from "./address.ts";
import { selectionFailure } from "./selection-failure.ts";
import type { MongoSettings } from "./settings.ts";

/** The start took too long as a whole. */
export class StartTimeout extends Error {
  override readonly name = "StartTimeout";

  constructor(withinMs: number) {
    super(`no answer within ${withinMs / 1000} s`);
  }
}

/** The one line with which a start ends (exit code 3): where, what, and what to do. Other errors than those of a database come back as they are. */
export function startErrorOf(error: unknown, settings: MongoSettings, address: Address): unknown {
  if (error instanceof StartError) return error;
  const cause = error instanceof StoreUnavailable && error.cause !== undefined ? error.cause : error;
  const what = explanation(cause, settings, address);
  if (what === undefined) return error;
  const named = what.replaceAll("mongo-url", settings.calledAs ?? "mongo-url");
  return new StartError(3, hider(settings)(`MongoDB at ${address.hosts}: ${named}`).replaceAll(/\s*\n\s*/g, " "));
}

/** Takes the password and the address as a whole out of what the driver says. */
function hider({ url, password }: MongoSettings): (text: string) => string {
  const hide = textHider([...(password === undefined ? [] : [password]), ...passwordsIn(url)]);
  return (text) => hide(text.replaceAll(url, maskCredentials(url)));
}

/** As written and as meant: an error may quote either. */
function passwordsIn(url: string): string[] {
  const written = /^[^/]*:\/\/[^:]*:(.*)@/s.exec(url)?.[1];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}

function explanation(error: unknown, settings: MongoSettings, address: Address): string | undefined {
  if (error instanceof StartTimeout) return `${error.message}; check the address, DNS and firewalls`;
  if (error instanceof MongoServerSelectionError) return selectionFailure(error, address);
  if (error instanceof MongoServerError) return refusal(error, settings, address);
  if (isAddressError(error)) return wrongAddress(error);
  const code = codeOf(error);
  if (error instanceof Error && /^query(Srv|Txt)/.test(error.message))
    return `DNS has no usable SRV record for mongodb+srv (${error.message}); check the name, or list the hosts with mongodb://`;
  if (code === "ENOENT" || code === "EACCES") return `a file that mongo-url names cannot be read (${messageOf(error)})`;
  if (error instanceof MongoError) return messageOf(error);
  return undefined;
}

function refusal(error: MongoServerError, { username }: MongoSettings, address: Address): string {
  const { user, authSource, database } = address;
  switch (error.code) {
    case 18:
      return user === undefined
        ? `the login was refused (${error.message})`
        : `the login of user "${user}" was refused; check ${username === undefined ? "user and password in mongo-url" : "mongo_username and mongo_password"}, and that the user is one of database "${authSource}" (else name another by authSource= in mongo-url)`;
    case 13:
      return user === undefined
        ? "a login is required; set mongo_username and mongo_password"
        : `user "${user}" lacks rights in database "${database}"; grant it the role readWrite there`;
    default:
      return `${error.message}${error.code === undefined ? "" : ` (code ${error.code})`}`;
  }
}

/** What the driver throws before it has connected to anything; some of it by a package of its own, whose errors are no `MongoError`. */
function isAddressError(error: unknown): error is Error {
  return (
    error instanceof Error && /^Mongo(Parse|InvalidArgument|MissingCredentials|API|Runtime)Error$/.test(error.name)
  );
}

function wrongAddress(error: Error): string {
  const hint = /unescaped|malformed|Invalid connection string/i.test(error.message)
    ? "; characters such as @ : / ? # % in user or password must be percent-encoded, or given by mongo_username and mongo_password"
    : "";
  return `mongo-url is not a usable address, such as mongodb://HOST1,HOST2/?replicaSet=NAME (${error.message})${hint}`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
