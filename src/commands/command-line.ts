import { CommanderError } from "commander";
import { normaliseArguments } from "./arguments.ts";
import { failureOf } from "./failure.ts";
import { buildProgram } from "./program.ts";
import { complain, printable } from "./terminal.ts";

/** Runs the command that the arguments name; answers the exit code. Every error ends here, in one line. */
export async function runCommandLine(given: readonly string[]): Promise<number> {
  process.stdout.on("error", endWithoutReader);
  const outcome = { exitCode: 0 };
  const program = buildProgram((exitCode) => {
    outcome.exitCode = exitCode;
  });
  try {
    await program.parseAsync(normaliseArguments(given), { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said what is wrong
    const failure = failureOf(error);
    complain(`workflows: ${failure.message.split("\n").map(printable).join("\n")}`);
    if (failure.unexpected === true && debugging(given)) complain(error instanceof Error ? (error.stack ?? "") : "");
    return failure.exitCode;
  }
}

/** Asked for by flag or environment; a configuration that cannot be read cannot ask. */
function debugging(given: readonly string[]): boolean {
  const { env } = process;
  const asked =
    /^(true|yes|on|1)$/i.test(env["WORKFLOWS_DEBUG_LOG"] ?? "") ||
    /^(debug|trace)$/i.test(env["WORKFLOWS_LOG_LEVEL"] ?? "");
  return asked || /--log-level[= ](debug|trace)/.test(given.join(" "));
}

/** `workflows config | head -1`: nobody reads on, which is no failure. */
function endWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}
