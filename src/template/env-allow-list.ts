/** Whether templates may see a variable: its name matches one of the patterns, in which `*` stands for any characters. */
export function envAllowList(patterns: readonly string[]): (name: string) => boolean {
  const globs = patterns.map((pattern) => pattern.split("*"));
  return (name) => globs.some((pieces) => matches(name, pieces));
}

/** The first piece begins the name, the last ends it, those between follow each other; the earliest place of each is the best. */
function matches(name: string, pieces: readonly string[]): boolean {
  const [first = "", ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return name === first;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const piece of others) {
    const found = name.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= name.length - last.length;
}
