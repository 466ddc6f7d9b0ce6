// Every direct dependency has its reason written down, and nothing is explained that is no longer there.
import { readFileSync } from "node:fs";
import { report } from "./report.ts";

const record = "docs/decisions/0001-dependencies.md";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Readonly<
  Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>
>;
const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
const rows = readFileSync(record, "utf8").matchAll(/^\| `([^`]+)` \|(.*)\|$/gm);
const explained = new Map(
  [...rows].map(([, name = "", columns = ""]) => [name, columns.split("|").map((cell) => cell.trim())]),
);

const missing = declared.filter((name) => !explained.has(name)).map((name) => `${record}: ${name} has no row`);
const gone = [...explained.keys()]
  .filter((name) => !declared.includes(name))
  .map((name) => `${record}: ${name} is not in package.json`);
const empty = [...explained]
  .filter(([, cells]) => cells.includes(""))
  .map(([name]) => `${record}: ${name} has an empty cell`);

report([...missing, ...gone, ...empty], `${declared.length} dependencies, each with its reason`);
