/** The original takes long flags with one dash, as programs in Go do. */
const oneDash = /^-(config|automigrate|json|help)(=.*)?$/s;

const seconds = /^\d+(\.\d+)?(ms|s|m|h)?$/;

const asksVersion = ["-V", "-version", "--version"];

/** Makes the arguments ones that the parser understands. What follows `--` is left alone. */
export function normaliseArguments(given: readonly string[]): string[] {
  if (given.length === 1 && asksVersion.includes(given[0] ?? "")) return ["version"];
  const end = given.indexOf("--");
  const options = end === -1 ? given : given.slice(0, end);
  const rest = end === -1 ? [] : given.slice(end);
  return [
    ...options.map((argument, index) => waitAlone(argument.replace(oneDash, "--$1$2"), options[index + 1])),
    ...rest,
  ];
}

/** `run --wait NAME`: the parser would take the name for the number of seconds. */
function waitAlone(argument: string, next: string | undefined): string {
  return argument === "--wait" && next !== undefined && !seconds.test(next) ? "--wait=" : argument;
}
