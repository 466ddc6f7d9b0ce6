import { defaultConfig } from "../../../src/config/config.ts";
import { parseDuration } from "../../../src/config/values/duration.ts";
import { argumentProblems, patienceProblems } from "../settings.ts";
import { readUnit } from "./unit.ts";

/** Where `npm install --global` of the guide puts the program. */
export const installedProgram = "/usr/local/bin/workflows";

/** That the unit starts our program with arguments that it takes, and stops it as it wants to be stopped. */
export function checkService(file: string, text: string): string[] {
  const unit = readUnit(file, text);
  const of = (key: string) => unit.one("Service", key);
  const [program, ...args] = (of("ExecStart") ?? "").split(/\s+/);
  const credentials = unit.all("Service", "LoadCredential").map((value) => value.split(":")[0] ?? "");
  const configured = args[args.indexOf("--config") + 1];
  const rules: readonly (readonly [holds: boolean, problem: string])[] = [
    [program === installedProgram, `ExecStart must be ${installedProgram}`],
    [of("KillSignal") === "SIGTERM", "KillSignal must be SIGTERM, which drains"],
    [of("KillMode") === "mixed", "KillMode must be mixed: what a task started ends with its worker, not before"],
    [of("RestartPreventExitStatus") === "2", "a mistake in the configuration (exit code 2) must not be tried for ever"],
    [of("Restart") === "always", "Restart must be always"],
    [of("DynamicUser") === "yes", "must not run as root"],
    [credentials.some((name) => configured === `%d/${name}`), "--config must be a credential that the unit loads"],
    [unit.one("Install", "WantedBy") === "multi-user.target", "WantedBy must be multi-user.target"],
    [!/MemoryDenyWriteExecute/.test(text), "JavaScript is compiled while it runs: MemoryDenyWriteExecute forbids it"],
  ];
  return [
    ...unit.problems,
    ...rules.filter(([holds]) => !holds).map(([, problem]) => `${file}: ${problem}`),
    ...argumentProblems(file, args),
    ...patienceProblems(file, parseDuration(of("TimeoutStopSec") ?? "0s") ?? 0, defaultConfig),
  ];
}
