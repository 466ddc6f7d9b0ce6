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

const linkToTest = /\]\(([^)\s]+\.test\.ts) "([^"]+)"\)/g;

/** Links to tests name the test as their title: `[test](../../test/unit/a.test.ts "a promise")`. */
function lostTests(document: string, text: string): string[] {
  return [...withoutCode(text).matchAll(linkToTest)].flatMap(([, path = "", name = ""]) => {
    const file = normalize(join(dirname(document), path));
    if (!existsSync(file)) return [`${document}: points at ${path}, which is not there`];
    if (readFileSync(file, "utf8").includes(`"${name}"`)) return [];
    return [`${document}: ${file} has no test ${JSON.stringify(name)}`];
  });
}

/** The pages of which each row of a table, and each part with a heading of the third level, has a test that shows what it says. */
const shownByTests = ["docs/guides/coming-from-mender.md"];

function unshown(document: string, text: string): string[] {
  if (!shownByTests.includes(document)) return [];
  const rows = [...withoutCode(text).matchAll(/^\| (?!---|what)(.+)$/gm)].map(([, row = ""]) => row);
  const parts = withoutCode(text)
    .split(/^(?=#{2,3} )/m)
    .filter((part) => part.startsWith("### "));
  return [...rows, ...parts]
    .filter((told) => told.search(linkToTest) < 0)
    .map((told) => `${document}: no test is named that shows "${told.slice(0, 60).trim()}"`);
}

const problems = documents.flatMap((document) => {
  const text = readFileSync(document, "utf8");
  return [brokenLinks, lostFiles, lostScripts, lostTests, unshown].flatMap((find) => find(document, text));
});

report(problems, `${documents.length} documents, everything they point at is there`);
