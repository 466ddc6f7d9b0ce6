import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/** `read`: every GET; `start`: also starting; `admin`: everything. */
export type Role = "read" | "start" | "admin";

export const roles = ["read", "start", "admin"] as const satisfies readonly Role[];

/** An API token as configured: never the token itself. */
export interface Token {
  /** Shown as `by` of what was done with it. */
  readonly name: string;
  readonly role: Role;
  /** `sha256:` and 64 lower-case hex digits. */
  readonly hash: string;
}

const hashPattern = /^sha256:[0-9a-f]{64}$/;

export function isTokenHash(text: string): boolean {
  return hashPattern.test(text);
}

/** A new token of 256 random bits, for its user, and its hash, for the configuration. */
export function newToken(): { token: string; hash: string } {
  const token = `wf_${randomBytes(32).toString("base64url")}`;
  return { token, hash: tokenHash(token) };
}

/** Plain SHA-256 is enough: a token is random, so there is nothing to guess that a slow hash would slow down. */
export function tokenHash(token: string): string {
  return `sha256:${hash("sha256", token, "hex")}`;
}

export function roleAllows(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** Answers which of the tokens an `Authorization` header carries. Takes the same time whichever it is, and if it is none. */
export function tokenFinder(tokens: readonly Token[]): (authorization: string | undefined) => Token | undefined {
  const known = tokens.map((token) => {
    if (!isTokenHash(token.hash))
      throw new TypeError(`The hash of token "${token.name}" is not sha256:<64 hex digits>`);
    return { token, digest: Buffer.from(token.hash.slice("sha256:".length), "hex") };
  });
  return (authorization) => {
    const presented = authorization === undefined ? undefined : /^bearer +([!-~]+)$/i.exec(authorization)?.[1];
    if (presented === undefined) return undefined;
    const digest = hash("sha256", presented, "buffer");
    let found: Token | undefined;
    for (const candidate of known) if (timingSafeEqual(candidate.digest, digest)) found = candidate.token;
    return found;
  };
}
