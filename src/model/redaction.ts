/** What stands in place of a value that must not be written. */
export const masked = "***";

const userinfo = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>`]*@/gi;

/** Hides user and password in every URL of a text. */
export function maskUserinfo(text: string): string {
  return text.includes("://") ? text.replaceAll(userinfo, `$1${masked}@`) : text;
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
