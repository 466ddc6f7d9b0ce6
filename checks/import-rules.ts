// Runs dependency-cruiser over the product and makes sure that it really read all of it: a parser that does not know
// TypeScript passes over each file in silence and finds nothing wrong. Its reader does not know `using` either; it says
// so, which is why the tests are left to the lint rule against cycles.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { report } from "./report.ts";
import { repositoryFiles } from "./repository-files.ts";

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

const files = repositoryFiles("src").filter((file) => file.endsWith(".ts"));

const run = spawnSync("depcruise", ["--config", ".dependency-cruiser.mjs", "--output-type", "json", "src"], {
  encoding: "utf8",
  maxBuffer: 256 * 1024 * 1024,
});
if (!run.stdout.startsWith("{"))
  throw new Error(`dependency-cruiser did not answer: ${run.error?.message ?? run.stderr}`);
const cruise = JSON.parse(run.stdout) as Cruise;

const broken = cruise.summary.violations.map(({ rule, from, to, cycle }) => {
  const path = cycle === undefined ? [from, to] : [from, ...cycle.map((step) => step.name)];
  return `${rule.name}: ${path.join(" -> ")}`;
});

const read = new Map(cruise.modules.map((module) => [module.source, module]));
const importing = /^(import|export)\b[^;]*?\bfrom\s+"|^import\s+"/m;
const passedOver = files
  .filter(
    (file) =>
      !read.has(file) || (read.get(file)?.dependencies.length === 0 && importing.test(readFileSync(file, "utf8"))),
  )
  .map((file) => `not read by dependency-cruiser: ${file}`);

const sqlite = cruise.modules
  .filter(
    ({ source, dependencies }) =>
      source.startsWith("src/") && dependencies.some(({ resolved }) => /^(node:)?sqlite$/.test(resolved)),
  )
  .map(({ source }) => source);
const spread = sqlite.length > 1 ? [`one file may import node:sqlite, not ${sqlite.join(", ")}`] : [];

report([...broken, ...passedOver, ...spread], `${files.length} files cruised, none passed over`);
