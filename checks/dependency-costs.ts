// Prints what each direct dependency costs, as the tables of docs/decisions/0001-dependencies.md:
// bytes on the disk, alone and with all that it brings, and the median time of its import in a fresh process.
import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const runs = 9;
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const locked = (JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, LockedPackage> })
  .packages;

/** Bytes of a package's own files. */
function ownBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isSymbolicLink() && entry.name !== "node_modules")
    .map((entry) => join(folder, entry.name))
    .map((path) => (lstatSync(path).isDirectory() ? ownBytes(path) : lstatSync(path).size))
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** Where `name` is found from the package in `from`, as Node looks for it: inward to outward. */
function locationOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const path = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (locked[path] !== undefined) return path;
    if (at === "") return undefined;
  }
}

/** A package and all that it brings, installed on this machine. */
function withAllItBrings(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const { dependencies = {}, optionalDependencies = {} } = locked[path] ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = locationOf(name, path);
    if (found !== undefined) withAllItBrings(found, seen);
  }
  return seen;
}

function bytesOf(path: string): number {
  try {
    return ownBytes(path);
  } catch {
    return 0; // an optional package for another machine
  }
}

/** Median milliseconds of the import, in fresh processes. */
function importMs(name: string): number {
  const program = `const t = performance.now(); await import(${JSON.stringify(name)}); console.log(performance.now() - t);`;
  const times = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" })),
  );
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

const kb = (bytes: number) => `${Math.round(bytes / 1024).toLocaleString("en")} KB`;

function row(name: string, columns: readonly string[]): string {
  const path = `node_modules/${name}`;
  const all = [...withAllItBrings(path)].map(bytesOf).reduce((sum, bytes) => sum + bytes, 0);
  return `| \`${name}\` | ${[kb(bytesOf(path)), kb(all), ...columns].join(" | ")} |`;
}

console.log("| production | alone | with all it brings | import |\n| --- | ---: | ---: | ---: |");
for (const name of Object.keys(manifest.dependencies)) console.log(row(name, [`${Math.round(importMs(name))} ms`]));
console.log("\n| development | alone | with all it brings |\n| --- | ---: | ---: |");
for (const name of Object.keys(manifest.devDependencies)) console.log(row(name, []));
