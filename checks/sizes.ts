// Size is a smell: a file over the limit has more than one job, a folder over the limit has more than one topic.
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { report } from "./report.ts";
import { codeFolders, repositoryFiles } from "./repository-files.ts";

const maxLines = 300;
const maxFilesPerFolder = 12;
/** Names that say nothing of the job, so that everything ends up there. */
const buckets = /^(utils?|common|helpers?|types|misc|shared|index)(\.ts)?$/;

const sources = repositoryFiles(...codeFolders).filter((file) => file.endsWith(".ts"));
const lines = new Map(sources.map((file) => [file, readFileSync(file, "utf8").split("\n").length - 1]));

const filesPerFolder = new Map<string, number>();
for (const file of sources) filesPerFolder.set(dirname(file), (filesPerFolder.get(dirname(file)) ?? 0) + 1);

const tooLong = [...lines]
  .filter(([, count]) => count > maxLines)
  .map(([file, count]) => `${file}: ${count} lines, at most ${maxLines}`);
const tooFull = [...filesPerFolder]
  .filter(([, count]) => count > maxFilesPerFolder)
  .map(([folder, count]) => `${folder}: ${count} files, at most ${maxFilesPerFolder}`);
const unnamed = [...new Set([...sources, ...filesPerFolder.keys()])]
  .filter((path) => buckets.test(basename(path)))
  .map((path) => `${path}: a name that does not say what is in it`);

const sorted = [...lines.values()].sort((a, b) => a - b);
const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
report(
  [...tooLong, ...tooFull, ...unnamed],
  `${sources.length} files, ${median} lines in the middle, ${sorted.at(-1) ?? 0} at most`,
);
