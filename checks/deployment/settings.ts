// What deployment files tell the program: settings, as its own loader takes them, and arguments, as its own parser does.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { normaliseArguments } from "../../src/commands/arguments.ts";
import { buildProgram } from "../../src/commands/program.ts";
import { stopMarginMs } from "../../src/commands/service/run-service.ts";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { StartError } from "../../src/model/errors.ts";

export interface GivenSettings {
  /** Text of a configuration file. */
  readonly file?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the process listens, and so may need tokens. */
  readonly serves: boolean;
}

/** The configuration that a process gets, or why it would not start. What the loader only warns of is a mistake in a file of ours. */
export async function settingsOf(
  where: string,
  given: GivenSettings,
): Promise<{ readonly config?: Config; readonly problems: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "workflows-settings-"));
  try {
    const file = given.file === undefined ? undefined : join(folder, "config.yaml");
    if (file !== undefined) await writeFile(file, given.file ?? "");
    const loaded = await loadConfig({ file, environment: given.environment, flags: {}, serves: given.serves });
    return { config: loaded.config, problems: loaded.warnings.map((warning) => `${where}: ${warning}`) };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return { problems: [`${where}: ${error.message.replaceAll(`${folder}/`, "")}`] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const services = ["server", "worker", "standalone", "migrate"];

/** Why our command line would not take these arguments. */
export function argumentProblems(where: string, given: readonly string[]): string[] {
  const program = buildProgram(() => undefined).configureOutput({ writeErr: () => undefined });
  try {
    const { operands, unknown } = program.parseOptions(normaliseArguments(given));
    const [name = "server", ...surplus] = operands;
    const command = services.includes(name) ? program.commands.find((known) => known.name() === name) : undefined;
    if (command === undefined) return [`${where}: "${name}" is no service of ours`];
    const wrong = [...surplus, ...command.parseOptions(unknown).unknown];
    return wrong.length === 0 ? [] : [`${where}: ${name} does not take ${wrong.join(" ")}`];
  } catch (error) {
    return [`${where}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Who kills a process after `allowedMs` must leave it its grace, what it takes at most to leave after that, and what came before. */
export function patienceProblems(where: string, allowedMs: number, { graceMs }: Config, beforeMs = 0): string[] {
  const neededMs = graceMs + stopMarginMs + beforeMs;
  if (allowedMs > neededMs) return [];
  return [
    `${where}: kills after ${allowedMs} ms, must be more than ${neededMs} ms (grace, the time to leave, preStop)`,
  ];
}
