import { closest } from "../../model/closest.ts";
import { ExitError } from "../exit-error.ts";
import { type Profile, type Profiles, profilesPath, readProfiles } from "./profiles-file.ts";

/** That profile; without a name the one of `WORKFLOWS_PROFILE`, or the one in use, or none. Throws `ExitError` (2). */
export function chosenProfile(named: string | undefined): Profile | undefined {
  const path = profilesPath();
  const asked = named ?? (process.env["WORKFLOWS_PROFILE"] || undefined);
  const profiles = readProfiles(path);
  const name = asked ?? profiles.current;
  return name === undefined ? undefined : profileNamed(profiles, name, path);
}

/** Throws `ExitError` (2), which says what is called alike. */
export function profileNamed({ profiles }: Profiles, name: string, path: string): Profile {
  const found = profiles.get(name);
  if (found !== undefined) return found;
  const meant = closest(name, profiles.keys());
  const known = [...profiles.keys()];
  const hint =
    meant !== undefined
      ? `did you mean ${meant}?`
      : known.length === 0
        ? `there is none yet: workflows profile set ${name} --server URL`
        : `it has ${known.join(", ")}`;
  throw new ExitError(2, `${path} has no profile ${JSON.stringify(name)}; ${hint}`);
}
