import { StartError } from "../model/errors.ts";
import { crossCheck } from "./checks/cross-checks.ts";
import { noteworthy } from "./checks/noteworthy.ts";
import { type Config, configOf, type SettingName, settingNames, settingOf } from "./config.ts";
import { formatProblems, problemsOf } from "./problem.ts";
import { type Environment, readEnvironment } from "./read-environment.ts";
import { type Flags, readFlags } from "./read-flags.ts";
import { compareOrigins, type Origin, type Problem, type Source } from "./source.ts";

export interface LoadAsk {
  /** Of the flag `--config`. */
  readonly file?: string | undefined;
  readonly environment: Environment;
  readonly flags: Flags;
  /** Whether the process will listen: then a public address needs tokens. */
  readonly serves: boolean;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly origins: Readonly<Record<SettingName, Origin>>;
  /** One line each. */
  readonly warnings: readonly string[];
}

/** Puts the configuration together: defaults, file, environment, flags; later ones win. Throws `StartError` (2) with every mistake at once. */
export async function loadConfig(ask: LoadAsk): Promise<LoadedConfig> {
  const sources: readonly Source[] = [
    await fileSource(ask.file),
    readEnvironment(ask.environment),
    readFlags(ask.flags),
  ];
  const values = new Map<SettingName, { value: unknown; origin: Origin }>();
  const problems: Problem[] = sources.flatMap((source) => source.problems);
  const wrong = new Set<SettingName>();
  for (const given of sources.flatMap((source) => source.given)) {
    const setting = settingOf(given.name);
    const parsed = setting.type.parse(given.found);
    if (parsed.ok) {
      values.set(given.name, { value: parsed.value, origin: given.origin });
    } else {
      wrong.add(given.name);
      problems.push(...problemsOf(setting, given, parsed.mistakes));
    }
  }
  const originOf = (name: SettingName): Origin => values.get(name)?.origin ?? { from: "default" };
  const origins = Object.fromEntries(settingNames.map((name) => [name, originOf(name)])) as Record<SettingName, Origin>;
  const given = configOf((name) => values.get(name)?.value ?? settingOf(name).default);
  const config = withDebugLog(given, origins);
  problems.push(...crossCheck(config, origins, ask.serves, wrong));
  if (problems.length > 0) throw new StartError(2, formatProblems(problems));
  return {
    config,
    origins,
    warnings: [...sources.flatMap((source) => source.warnings), ...noteworthy(config, origins)],
  };
}

/** The parser of YAML is loaded only where there is a file. */
async function fileSource(file: string | undefined): Promise<Source> {
  if (file === undefined) return { given: [], problems: [], warnings: [] };
  const { readConfigFile } = await import("./read-file.ts");
  return readConfigFile(file);
}

/** The original's `debug_log: true` is `log_level: debug`, unless a stronger source says another level. */
function withDebugLog(config: Config, origins: Record<SettingName, Origin>): Config {
  if (!config.debugLog || config.logLevel === "trace") return config;
  if (compareOrigins(origins.logLevel, origins.debugLog) > 0) return config;
  origins.logLevel = origins.debugLog;
  return { ...config, logLevel: "debug" };
}
