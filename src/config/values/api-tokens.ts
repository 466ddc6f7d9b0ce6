import { closest } from "../../model/closest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { accepted, type Found, type Mistake, rejected, type ValueType } from "./value-type.ts";

/** What the bearer of a token may do; each role includes those before it. */
export const tokenRoles = ["read", "start", "admin"] as const;
export type TokenRole = (typeof tokenRoles)[number];

/** A token that the API accepts. The token itself is nowhere: `workflows token` prints it once, with its hash. */
export interface ApiToken {
  /** Who bears it, as histories and logs name it. */
  readonly name: string;
  readonly role: TokenRole;
  /** As `workflows token` prints it. */
  readonly hash: string;
}

const fields = ["name", "role", "hash"] as const;
const nameShape = /^[\w.@-]{1,64}$/;
const hashShape = /^sha256:[0-9a-f]{64}$/;

/** A YAML sequence of mappings; in an environment variable the same as JSON. */
export const apiTokens: ValueType<readonly ApiToken[]> = {
  name: "list of tokens",
  expected: "a list of {name, role, hash}, as `workflows token` prints them",
  mayBeEmpty: true,
  parse(found) {
    const members = membersOf(found);
    if (members === undefined) return rejected();
    const mistakes = [...members.flatMap(mistakesOf), ...repeated(members)];
    return mistakes.length > 0 ? { ok: false, mistakes } : accepted(members.flatMap(tokenOf));
  },
  show: (value) => value.map(({ name, role, hash }) => ({ name, role, hash })),
};

function membersOf({ value }: Found): JsonValue[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "string") return undefined;
  if (value.trim() === "") return [];
  try {
    const parsed = JSON.parse(value) as JsonValue;
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function mistakesOf(member: JsonValue, index: number): Mistake[] {
  if (!isJsonObject(member)) return [{ path: [index], message: "a token is a mapping with name, role and hash" }];
  const unknown = Object.keys(member)
    .filter((key) => !fields.some((field) => field === key))
    .map((key): Mistake => {
      const suggestion = closest(key, fields);
      const message = `a token has no "${key}", only name, role and hash`;
      return { path: [index, key], message, ...(suggestion === undefined ? {} : { suggestion }) };
    });
  return [...unknown, ...fieldMistakes(member).map((mistake) => ({ ...mistake, path: [index, ...mistake.path] }))];
}

function fieldMistakes({ name, role, hash }: JsonObject): Mistake[] {
  const mistakes: Mistake[] = [];
  if (typeof name !== "string" || !nameShape.test(name))
    mistakes.push({ path: ["name"], message: "must be 1 to 64 letters, digits or any of _ . @ -" });
  if (!tokenRoles.some((known) => known === role)) {
    const suggestion = typeof role === "string" ? closest(role, tokenRoles) : undefined;
    const message = `must be one of ${tokenRoles.join(", ")}`;
    mistakes.push({ path: ["role"], message, ...(suggestion === undefined ? {} : { suggestion }) });
  }
  if (typeof hash !== "string" || !hashShape.test(hash))
    mistakes.push({
      path: ["hash"],
      message: "must be `sha256:` and 64 hex digits, as `workflows token` prints it",
    });
  return mistakes;
}

/** Two tokens of one name could not be told apart in a history, two of one hash not at all. */
function repeated(members: readonly JsonValue[]): Mistake[] {
  const tokens = members.map((member) => (isJsonObject(member) ? member : {}));
  return (["name", "hash"] as const).flatMap((field) =>
    tokens.flatMap((token, index): Mistake[] => {
      const first = tokens.findIndex((other) => typeof other[field] === "string" && other[field] === token[field]);
      if (first === -1 || first === index) return [];
      return [{ path: [index, field], message: `must differ from that of token number ${first + 1}` }];
    }),
  );
}

function tokenOf(member: JsonValue): ApiToken[] {
  const { name, role: written, hash } = isJsonObject(member) ? member : {};
  const role = tokenRoles.find((known) => known === written);
  return typeof name === "string" && typeof hash === "string" && role !== undefined ? [{ name, role, hash }] : [];
}
