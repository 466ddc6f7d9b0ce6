/** What stands in place of a value that must not be written. */
export const masked = "***";

const userinfo = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>`]*@/gi;

/** Hides user and password in every URL of a text. */
export function maskUserinfo(text: string): string {
  return text.includes("://") ? text.replaceAll(userinfo, `$1${masked}@`) : text;
}

const secretParameter = /password|secret|token|^authmechanismproperties$/i;

/**
 * An address for people: without user, password and secret parameters. Unlike `maskUserinfo` it takes the whole text for one address,
 * so that a password with an unescaped `/`, `?` or `@`, which makes the address a wrong one, is hidden too.
 */
export function maskCredentials(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, (_all, scheme: string | undefined) => `${scheme ?? ""}${masked}@`)
    .replaceAll(/([?&;])([^=&;]*)=([^&;]*)/g, (all, before: string, name: string) =>
      secretParameter.test(name) ? `${before}${name}=${masked}` : all,
    );
}

/** Whether a name (of a header, an input, a log field) is one of those, in any case; `*` stands for any characters. */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false;
  const alternatives = patterns.map((pattern) => pattern.split("*").map(literal).join(".*"));
  const whole = new RegExp(`^(?:${alternatives.join("|")})$`, "is");
  return (name) => whole.test(name);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** In characters: anywhere in a text shorter ones would blot out half of it. One is no secret. */
const leastAnywhere = 4;
const leastByItself = 2;

/**
 * Answers a function that hides these values in a text, also as templates, bodies and headers write them: those of four characters and more wherever they stand, those of two and
 * three where they stand by themselves, without a letter or digit before or behind. Short ones without any letter or digit are left as they are.
 */
export function textHider(secrets: readonly string[]): (text: string) => string {
  if (secrets.length === 0) return (text) => text; // of most attempts
  const long = secrets.filter(({ length }) => length >= leastAnywhere);
  const short = secrets.filter(
    (secret) => secret.length >= leastByItself && secret.length < leastAnywhere && hasWord.test(secret),
  );
  const hiders = [...longestFirst(long).map(anywhere), ...longestFirst(short).map(byItself)];
  return (text) => hiders.reduce((hidden, hide) => hide(hidden), text);
}

const hasWord = /[\p{L}\p{N}]/u;

function anywhere(secret: string): (text: string) => string {
  return (text) => text.replaceAll(secret, masked);
}

/** What stands before it may be an escape of an address or of JSON, which ends with a letter or digit as well. */
function byItself(secret: string): (text: string) => string {
  const before = "(?:(?<![\\p{L}\\p{N}])|(?<=%[0-9A-Fa-f]{2}|\\\\[bfnrt]))";
  const pattern = new RegExp(`${before}${literal(secret)}(?![\\p{L}\\p{N}])`, "gu");
  return (text) => (text.includes(secret) ? text.replaceAll(pattern, masked) : text);
}

/** In all forms; a secret may be part of another. */
function longestFirst(secrets: readonly string[]): string[] {
  return [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
}

/** A value as it is, and as templates and bodies write it. */
function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret.toWellFormed()).replaceAll(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    percent,
    new URLSearchParams([["", secret]]).toString().slice(1),
    Buffer.from(secret).toString("latin1"), // in headers
    ...htmlForms(secret),
  ];
}

/** Both ways of writing the two quotes. */
function htmlForms(secret: string): string[] {
  const safe = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    safe.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    safe.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
  ];
}
