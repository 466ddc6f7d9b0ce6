/** The original takes long flags with one dash, as programs in Go do. */
const oneDash = /^-(config|automigrate|json|quiet|help|page|perPage|workflows|excluded-workflows)(=.*)?$/s;

/** A flag that says yes or no takes the word too, there. */
const automigrate = /^--?automigrate=(?:(true|t|1)|false|f|0)$/i;

const seconds = /^\d+(\.\d+)?(ms|s|m|h)?$/;

/** What may stand beside it. */
const besideVersion = ["--json", "-json", "--quiet", "-quiet", "-q"];

const asksVersion = ["-V", "-version", "--version"];

/** Makes the arguments ones that the parser understands. What follows `--` is left alone. */
export function normaliseArguments(given: readonly string[]): string[] {
  const others = given.filter((argument) => !besideVersion.includes(argument));
  if (others.length === 1 && asksVersion.includes(others[0] ?? ""))
    return ["version", ...given.filter((argument) => argument !== others[0])];
  const end = given.indexOf("--");
  const options = end === -1 ? given : given.slice(0, end);
  const rest = end === -1 ? [] : given.slice(end);
  return [
    ...options.flatMap((argument, index) => {
      if (isNegativeWait(options[index - 1], argument)) return [];
      const switched = automigrate.exec(argument);
      if (switched !== null) return switched[1] === undefined ? [] : ["--automigrate"];
      return [waitAlone(argument.replace(oneDash, "--$1$2"), options[index + 1])];
    }),
    ...rest,
  ];
}

/** `run --wait NAME`: the parser would take the name for the number of seconds. */
function waitAlone(argument: string, next: string | undefined): string {
  if (argument !== "--wait" || next === undefined || seconds.test(next)) return argument;
  return isNegativeWait(argument, next) ? `--wait=${next}` : "--wait=";
}

/** `--wait -5`: the parser would look for an option of that name. */
function isNegativeWait(before: string | undefined, argument: string): boolean {
  return before === "--wait" && /^-\d/.test(argument);
}
