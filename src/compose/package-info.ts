import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname } from "node:path";

export interface PackageInfo {
  readonly version: string;
  /** Where `examples/` lies, in a checkout and in an installed package alike. */
  readonly root: string;
}

/** This package. */
export function packageInfo(): PackageInfo {
  const file = findPackageJSON("..", import.meta.url);
  if (file === undefined) throw new Error("The installation is broken: there is no package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return { version, root: dirname(file) };
}
