import { type BuildOptions, build } from "rolldown";
import { forOthers } from "../../../rolldown.config.ts";

/** The client as the package has it. */
export function clientBundle(): Promise<string> {
  const { input, platform } = forOthers;
  return bundled({ ...(input !== undefined && { input }), ...(platform !== undefined && { platform }) });
}

/** A module of the tests, with what it imports, for a page. */
export function pageBundle(path: string): Promise<string> {
  return bundled({ input: path, platform: "browser" });
}

async function bundled(options: BuildOptions): Promise<string> {
  const { output } = await build({ ...options, write: false });
  return output[0].code;
}
