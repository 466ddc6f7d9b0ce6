import { type SettingName, settingOf } from "./config.ts";
import { nameOfVariable, nearestVariable } from "./known-keys.ts";
import { isLegacyKey, legacyWarning, nameOfRenamed, renamedWarning } from "./legacy.ts";
import { variableOf } from "./setting.ts";
import type { Given, Origin, Source } from "./source.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Read by commands that are a client of the API, and by the import: no settings. */
const variablesOfCommands = ["WORKFLOWS_SERVER", "WORKFLOWS_TOKEN", "WORKFLOWS_PROFILE", "WORKFLOWS_IMPORT_FROM"];

/** What Kubernetes tells of a service that is called `workflows`. */
const ofKubernetes = /^WORKFLOWS_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

/** Settings from `WORKFLOWS_*`. Unknown variables only warn: the environment belongs to others too. */
export function readEnvironment(environment: Environment): Source {
  const given: Given[] = [];
  const warnings: string[] = [];
  const strangers: string[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith("WORKFLOWS_") || text === undefined || variablesOfCommands.includes(variable)) continue;
    const plain = variable.slice("WORKFLOWS_".length).toLowerCase();
    const renamed = nameOfRenamed(plain);
    if (renamed !== undefined) {
      const isGivenToo = Object.hasOwn(environment, variableOf(settingOf(renamed).key));
      const setting = isGivenToo ? undefined : givenByVariable(renamed, variable, text);
      if (setting !== undefined) given.push(setting);
      warnings.push(renamedWarning("environment", variable, renamed));
      continue;
    }
    const name = nameOfVariable(variable);
    if (name !== undefined) {
      const setting = givenByVariable(name, variable, text);
      if (setting !== undefined) given.push(setting);
    } else if (isLegacyKey(plain)) {
      warnings.push(legacyWarning("environment", variable));
    } else {
      const nearest = ofKubernetes.test(variable) ? undefined : nearestVariable(variable);
      if (nearest === undefined) strangers.push(variable);
      else warnings.push(`environment: ${variable} is not a setting and has no effect: did you mean ${nearest}?`);
    }
  }
  if (strangers.length > 0) warnings.push(`environment: not settings, without effect: ${strangers.sort().join(", ")}`);
  return { given, problems: [], warnings };
}

function givenByVariable(name: SettingName, variable: string, text: string): Given | undefined {
  if (text === "" && settingOf(name).type.mayBeEmpty !== true) return undefined;
  const origin: Origin = { from: "environment", variable };
  return { name, found: { value: text }, origin, placeOf: () => variable };
}
