// What the documents point at is there: files, headings, scripts. Their commands are run by the tests in test/docs.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { report } from "./report.ts";
import { repositoryFiles } from "./repository-files.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Readonly<Record<string, string>> };
const documents = repositoryFiles("*.md");

const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gm, "");

/** As the usual renderers of Markdown name a heading. */
function anchorsOf(file: string): Set<string> {
  const headings = withoutCode(readFileSync(file, "utf8")).matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(/\s/g, "-"),
    ),
  );
}

function brokenLinks(document: string, text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? document : normalize(join(dirname(document), path));
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor);
    })
    .map((link) => `${document}: points at ${link}, which is not there`);
}

/** Paths in code marks: `src/engine/decide.ts`, `test/unit/`. */
function lostFiles(document: string, text: string): string[] {
  const paths = [...text.matchAll(/`((?:src|test|bench|checks|examples|docs|deploy|bin)\/[\w./-]*)`/g)].map(
    ([, path = ""]) => path,
  );
  return paths
    .filter((path) => !path.includes("NNNN")) // a pattern for names
    .filter((path) => !existsSync(path))
    .map((path) => `${document}: names ${path}, which is not there`);
}

function lostScripts(document: string, text: string): string[] {
  const names = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  return names
    .filter((name) => scripts[name] === undefined)
    .map((name) => `${document}: npm run ${name} does not exist`);
}

const problems = documents.flatMap((document) => {
  const text = readFileSync(document, "utf8");
  return [...brokenLinks(document, text), ...lostFiles(document, text), ...lostScripts(document, text)];
});

report(problems, `${documents.length} documents, everything they point at is there`);
