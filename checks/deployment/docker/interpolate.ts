/** Compose's variables with their defaults, as for somebody who sets none; `$$` is a dollar sign. */
export function interpolate(value: unknown, undefinedVariable: (name: string) => void): unknown {
  if (Array.isArray(value)) return value.map((member) => interpolate(member, undefinedVariable));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, interpolate(member, undefinedVariable)]),
    );
  if (typeof value !== "string") return value;
  return value.replaceAll(/\$(?:(\$)|\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (_whole, dollar, braced, otherwise, bare) => {
    if (dollar !== undefined) return "$";
    if (typeof otherwise === "string") return otherwise;
    undefinedVariable(String(braced ?? bare));
    return "";
  });
}
