import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");

const ports = ["store/store.ts", "notifier/notifier.ts", "tasks/kind.ts"];

/** One file of each part of the house, and the others of these that it may import. */
const house: Readonly<Record<string, readonly string[]>> = {
  "model/job.ts": [],
  "template/render.ts": ["model/job.ts"],
  "definitions/mender/parse.ts": ["model/job.ts", "template/render.ts"],
  "engine/decide.ts": ["model/job.ts", "template/render.ts"],
  "store/store.ts": ["model/job.ts"],
  "store/sqlite/open.ts": ["model/job.ts", "store/store.ts"],
  "store/mongodb/open.ts": ["model/job.ts", "store/store.ts"],
  "notifier/notifier.ts": ["model/job.ts"],
  "notifier/in-process.ts": ["model/job.ts", "notifier/notifier.ts"],
  "notifier/sqlite.ts": ["model/job.ts", "notifier/notifier.ts"],
  "tasks/kind.ts": ["model/job.ts", "template/render.ts"],
  "tasks/http/run.ts": ["model/job.ts", "template/render.ts", "tasks/kind.ts"],
  "tasks/cli/run.ts": ["model/job.ts", "template/render.ts", "tasks/kind.ts"],
  "jobs/start.ts": ["model/job.ts", "definitions/mender/parse.ts", "engine/decide.ts", ...ports],
  "worker/claim.ts": ["model/job.ts", "jobs/start.ts", "tasks/http/run.ts", "tasks/cli/run.ts", ...ports],
  "maintenance/rescue.ts": ["model/job.ts", "jobs/start.ts", ...ports],
  "api/mender/start.ts": ["model/job.ts", "definitions/mender/parse.ts", "jobs/start.ts", ...ports],
  "observability/logger.ts": ["model/job.ts", ...ports],
  "config/read.ts": ["model/job.ts"],
};

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-rules-"));
  for (const file of ["package.json", "tsconfig.json", ".dependency-cruiser.mjs"])
    await cp(join(root, file), join(folder, file));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function violationsOf(files: Readonly<Record<string, string>>): Promise<readonly Violation[]> {
  await rm(join(folder, "src"), { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, "src", file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const cruise = run(
    process.execPath,
    [
      join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs"),
      "--config",
      ".dependency-cruiser.mjs",
      "--output-type",
      "json",
      "src",
    ],
    { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
  );
  const { stdout } = await cruise.catch((error: unknown) => error as { stdout: string });
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
  return summary.violations;
}

function importsOf(from: string, to: readonly string[], how: (path: string, name: string) => string): string {
  const lines = to.map((target, index) => {
    const path = posix.relative(posix.dirname(from), target);
    return how(path.startsWith(".") ? path : `./${path}`, `a${index}`);
  });
  return `${lines.join("\n")}\nexport const a = 1;\n`;
}

const ways = {
  "a value": (path: string, name: string) => `import { a as ${name} } from "${path}";`,
  "a type": (path: string, name: string) => `import type { a as ${name} } from "${path}";`,
  "a module loaded late": (path: string, name: string) => `export const ${name} = import("${path}");`,
};

test.each(Object.entries(ways))("each folder imports what its row says and nothing else: %s", async (_way, how) => {
  const parts = Object.keys(house);
  const files = Object.fromEntries(
    parts.map(
      (from) =>
        [
          from,
          importsOf(
            from,
            parts.filter((to) => to !== from),
            how,
          ),
        ] as const,
    ),
  );
  const refused = new Set(
    (await violationsOf(files))
      .filter(({ rule }) => rule.name !== "no-cycle")
      .map(({ from, to }) => `${from} -> ${to}`),
  );
  const expected = parts.flatMap((from) =>
    parts.filter((to) => to !== from && !house[from]?.includes(to)).map((to) => `src/${from} -> src/${to}`),
  );
  expect([...refused].sort()).toEqual(expected.sort());
});

/** What must be refused, where, and by which rule. In a tree of their own, which is read once for all. */
const mistakes = [
  [
    "a store adapter that is not SQLite's imports node:sqlite",
    "store/mongodb/open.ts",
    'import "node:sqlite";',
    "sqlite-at-home",
  ],
  ["the engine reads a file", "engine/read.ts", 'import "node:fs";', "pure-means-pure"],
  ["the engine uses a package", "engine/decide.ts", 'import "yaml";', "pure-means-pure"],
  ["the worker makes requests itself", "worker/run.ts", 'import "undici";', "undici-at-home"],
  ["a use case speaks HTTP", "jobs/start.ts", 'import "fastify";', "fastify-at-home"],
  ["a development package", "api/developed.ts", 'import "vitest";', "no-development-package-in-source"],
  ["a package that is not there", "api/no-package.ts", 'import "no-such-package";', "no-unresolvable"],
  ["a file that is not there", "api/no-file.ts", 'import "./nowhere.ts";', "no-unresolvable"],
  ["a folder without a row", "helpers/x.ts", 'import "node:fs";', "folder-has-a-row"],
  ["a dead file", "model/dead.ts", "", "no-orphan"],
  ["a cycle, also one of types only", "model/a.ts", 'import type { b } from "./b.ts";', "no-cycle"],
  [
    "a part that imports the place where the parts are joined",
    "jobs/joined.ts",
    'import "../compose.ts";',
    "jobs-imports-its-row-only",
  ],
] as const;

describe("refused:", () => {
  let refused: readonly string[] = [];

  beforeAll(async () => {
    const files = Object.fromEntries(
      mistakes.map(([, file, text]) => [file, `${text}\nexport const a = 1;\n`] as const),
    );
    const violations = await violationsOf({
      ...files,
      "model/b.ts": 'import type { a } from "./a.ts";\nexport const b: typeof a = 1;\n',
      "compose.ts": "export const a = 1;\n",
    });
    refused = violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  });

  test.each(mistakes)("%s", (_what, file, _text, rule) => {
    expect(refused).toContain(`${rule}: src/${file}`);
  });
});

test("the command line and the place that joins the parts know everything", async () => {
  const parts = Object.keys(house);
  const leaves = Object.fromEntries(parts.map((part) => [part, "export const a = 1;\n"]));
  const violations = await violationsOf({
    ...leaves,
    "compose.ts": importsOf("compose.ts", parts, ways["a value"]),
    "commands/standalone.ts": importsOf("commands/standalone.ts", [...parts, "compose.ts"], ways["a value"]),
    "main.ts": importsOf("main.ts", ["commands/standalone.ts"], ways["a value"]),
  });
  expect(violations).toEqual([]);
});
