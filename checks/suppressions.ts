// A finding is repaired or the rule is changed for everybody: nothing is silenced in place.
import { readFileSync } from "node:fs";
import { report } from "./report.ts";
import { codeFolders, repositoryFiles } from "./repository-files.ts";

const suppression = /@ts-(ignore|nocheck|expect-error)|(oxlint|eslint)-disable|biome-ignore|@(public|internal)\b.*knip/;
const unfinished = /\b(TODO|FIXME|XXX)\b/;
const skipped = /\b(test|it|describe|suite)(\.\w+)*\.(skip|only|todo|skipIf|runIf|fails)\b/;

const self = "checks/suppressions.ts";
const files = repositoryFiles(...codeFolders, ":/*.ts").filter((file) => file.endsWith(".ts") && file !== self);

const problems = files.flatMap((file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line, index) =>
      [suppression, unfinished, skipped]
        .map((pattern) => pattern.exec(line)?.[0])
        .filter((found) => found !== undefined)
        .map((found) => `${file}:${index + 1}: ${found}`),
    ),
);

report(problems, `${files.length} files, nothing silenced, skipped or left for later`);
