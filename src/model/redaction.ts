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
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Shorter ones would blot out half of every text. */
const minSecretLength = 4;

/** Answers a function that hides these values in a text, also as templates, bodies and headers write them. */
export function textHider(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= minSecretLength).flatMap(formsOf));
  const longestFirst = [...forms].sort((a, b) => b.length - a.length); // a secret may be part of another
  return (text) => longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, masked), text);
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
