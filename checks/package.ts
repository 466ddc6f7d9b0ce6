// Packs what is in the repository, installs that package globally in a folder of its own, and runs what was installed.
import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { report } from "./report.ts";
import { repositoryFiles } from "./repository-files.ts";

const mustHave = [
  "bin/workflows",
  "dist/main.js",
  "dist/client.js",
  "dist/client/workflows.d.ts",
  "dist/thread.js",
  "dist/LICENSES.txt",
  "deploy/systemd/workflows-server.service",
  "deploy/systemd/workflows-worker@.service",
  "deploy/kubernetes/server.yaml",
  "LICENSE",
  "README.md",
  "package.json",
];
const mayHave = /^(bin|dist|examples|deploy)\/|^(LICENSE|README\.md|package\.json)$/;

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const folder = mkdtempSync(join(tmpdir(), "workflows-package-"));
const prefix = join(folder, "prefix");

function run(
  program: string,
  args: readonly string[],
  options: Partial<SpawnSyncOptionsWithStringEncoding> = {},
): string {
  const ended = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
    ...options,
  });
  if (ended.status === 0) return ended.stdout;
  throw new CommandFailed(`${program} ${args.join(" ")}\n${ended.error?.message ?? ""}${ended.stdout}${ended.stderr}`);
}

class CommandFailed extends Error {}

/** The files of the package: packed from a copy, so that nothing that is ignored or left over can get in. */
function pack(): { readonly tarball: string; readonly files: readonly string[] } {
  const copy = join(folder, "copy");
  for (const file of repositoryFiles()) cpSync(file, join(copy, file));
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  const printed = run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: copy });
  // The build that comes before prints to the same place.
  const packed = JSON.parse(printed.slice(printed.search(/^[[{]$/m))) as
    | readonly { readonly filename: string; readonly files: readonly { readonly path: string }[] }[]
    | Readonly<Record<string, { readonly filename: string; readonly files: readonly { readonly path: string }[] }>>;
  const only = Object.values(packed)[0];
  if (only === undefined) throw new Error("npm pack made nothing");
  return { tarball: join(folder, only.filename), files: only.files.map(({ path }) => path) };
}

/** Of a user whose PATH has the Node of this process. */
const env = {
  PATH: [join(prefix, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
  HOME: folder,
};

/** Runs the installed command. */
function installed(...args: readonly string[]): string {
  return run("workflows", args, { cwd: folder, env });
}

/** What is loaded only when a MongoDB is named, is there: it gets as far as to find that nothing listens. */
function mistakesWithMongodb(): string[] {
  const WORKFLOWS_MONGO_URL = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500";
  const options = { cwd: folder, env: { ...env, WORKFLOWS_MONGO_URL }, encoding: "utf8", timeout: 60_000 } as const;
  const { status, stderr } = spawnSync(join(prefix, "bin", "workflows"), ["migrate"], options);
  if (status === 3 && stderr.includes("MongoDB at 127.0.0.1:1: nothing listens there")) return [];
  return [`with mongo-url, the installed command ends with ${status}: ${stderr}`];
}

/** A program of somebody who installed the package: it runs in Node, and its types are those of a browser. */
const program = `
import { Workflows, WorkflowsConnectionError } from "workflows/client";
const client = new Workflows({ url: "http://127.0.0.1:47", retry: { attempts: 1 } });
const state: Promise<string> = client.wait("0123456789abcdef01234567").then((job) => job.state);
try {
  await state;
} catch (error) {
  if (!(error instanceof WorkflowsConnectionError)) throw error;
  console.log(error.message);
}
`;

/** The client can be imported from the package, with its types, and without anything of Node but what browsers have. */
function mistakesOfClient(): string[] {
  const home = join(prefix, "lib"); // beside node_modules, as a program of theirs
  const file = join(home, "program.mts");
  writeFileSync(file, program);
  const printed = run(process.execPath, [file], { cwd: home });
  const options = [
    "--noEmit",
    "--ignoreConfig",
    "--strict",
    "--target",
    "esnext",
    "--lib",
    "esnext,dom",
    "--types",
    "",
  ];
  for (const module of ["nodenext", "preserve"])
    run(resolve("node_modules/.bin/tsc"), [...options, "--module", module, file], { cwd: home });
  const bundle = readFileSync(join(home, "node_modules/workflows/dist/client.js"), "utf8");
  return [
    ...(printed.includes("nothing listens there") ? [] : [`a program with the client prints: ${printed}`]),
    ...(/^import\b|\bnode:|\bprocess\.|\bBuffer\b/m.test(bundle) ? ["dist/client.js needs something of Node"] : []),
  ];
}

try {
  const { tarball, files } = pack();
  const missing = mustHave.filter((file) => !files.includes(file)).map((file) => `the package lacks ${file}`);
  const surplus = files.filter((file) => !mayHave.test(file)).map((file) => `the package should not have ${file}`);

  run("npm", ["install", "--global", "--prefix", prefix, "--prefer-offline", "--no-audit", "--no-fund", tarball]);
  const answer = installed("version").trim();
  const wrong = answer.includes(version) ? [] : [`the installed command says it is ${answer}, not ${version}`];
  const examples = join(prefix, "lib/node_modules/workflows/examples");
  installed("validate", join(examples, "workflows"));
  const deviceManagement = join(examples, "device-management");
  installed("-config", join(deviceManagement, "config.yaml"), "validate", join(deviceManagement, "definitions"));

  report(
    [...missing, ...surplus, ...wrong, ...mistakesWithMongodb(), ...mistakesOfClient()],
    `${files.length} files, runs after a global installation`,
  );
} catch (error) {
  if (!(error instanceof CommandFailed)) throw error;
  report([error.message], "");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
