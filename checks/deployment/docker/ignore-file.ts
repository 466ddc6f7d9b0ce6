/** Tells for a path whether a `.dockerignore` keeps it out: the last pattern that fits the path or a folder above it decides. */
export function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ excepted: line.startsWith("!"), fits: globOf(line.replace(/^!?\/?/, "").replace(/\/$/, "")) }));
  return (path) => {
    const parts = path.split("/");
    const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const last = patterns.findLast(({ fits }) => prefixes.some((prefix) => fits.test(prefix)));
    return last !== undefined && !last.excepted;
  };
}

/** As Go's `filepath.Match` with Docker's `**`: unlike in a shell, `*` fits names that begin with a dot. */
function globOf(glob: string): RegExp {
  const pieces = glob.split(/(\*\*\/?|\*|\?)/).map((piece) => {
    if (piece.startsWith("**")) return ".*";
    if (piece === "*") return "[^/]*";
    return piece === "?" ? "[^/]" : RegExp.escape(piece);
  });
  return new RegExp(`^${pieces.join("")}$`);
}
