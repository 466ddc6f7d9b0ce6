import { markVariable } from "../../../model/job/process-group.ts";

/** What a command gets of the worker's environment; nothing else, as that holds the worker's own secrets. */
const passedOn = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

/** The environment of a command. By the key it, or a service that it calls, recognises a repeated run; processes are known by it too. */
export function commandEnvironment(
  idempotencyKey: string,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of passedOn) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  environment[markVariable] = idempotencyKey;
  return environment;
}
