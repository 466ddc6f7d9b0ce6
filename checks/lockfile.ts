// The lock file must not bind an installation to one registry: whoever installs uses the registry of the day.
import { readFileSync } from "node:fs";
import { report } from "./report.ts";

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly integrity?: string; readonly link?: boolean }>
  >;
}

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as LockFile;
const packages = Object.entries(lock.packages).filter(([path]) => path.startsWith("node_modules/"));

const bound = packages
  .filter(([, entry]) => entry.resolved !== undefined)
  .map(([path, entry]) => `package-lock.json: ${path} is bound to ${entry.resolved ?? ""}`);
const unsigned = packages
  .filter(([, entry]) => entry.integrity === undefined && entry.link !== true)
  .map(([path]) => `package-lock.json: ${path} has no integrity`);
const hosts = readFileSync(".npmrc", "utf8")
  .split("\n")
  .filter((line) => /^[^#]*\/\//.test(line))
  .map((line) => `.npmrc: names a host: ${line}`);

report([...bound, ...unsigned, ...hosts], `${packages.length} packages, none bound to a registry`);
