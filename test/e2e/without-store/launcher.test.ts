import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

let folder = "";
let started: ChildProcessWithoutNullStreams[] = [];

/** A package with the real launcher and an entry that tells what it was started with, then waits for its standard input to end. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "launcher-"));
  started = [];
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "path"));
  await copyFile(join(root, "bin/workflows"), join(folder, "bin/workflows"));
});

afterEach(async () => {
  for (const child of started) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

async function entryAt(path: string, program?: string): Promise<void> {
  const tells =
    "console.log(JSON.stringify({ entry: import.meta.filename, pid: process.pid, args: process.argv.slice(2) }));";
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), program ?? tells);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
}

/** The Node that runs this test, as the pinned one of the package. */
async function pinNode(): Promise<void> {
  await mkdir(join(folder, "node_modules/node/bin"), { recursive: true });
  await symlink(process.execPath, join(folder, "node_modules/node/bin/node"));
}

/** A Node on the PATH that answers with this version and runs nothing. */
async function nodeOnPath(version: string): Promise<void> {
  await writeFile(
    join(folder, "path/node"),
    `#!/bin/sh\n[ "$1" = --version ] && echo ${version} && exit 0\necho "ran under ${version}"\nexit 99\n`,
  );
  await chmod(join(folder, "path/node"), 0o755);
}

function launch(command: string, args: readonly string[] = []): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { env: { PATH: [join(folder, "path"), "/usr/bin", "/bin"].join(delimiter) } });
  started.push(child);
  return child;
}

async function outcome(child: ChildProcessWithoutNullStreams) {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { stdout, stderr, code, signal };
}

test("with an old Node on the PATH the pinned one runs the sources, arguments as given", async () => {
  await entryAt("src/main.ts");
  await pinNode();
  await nodeOnPath("v16.20.2");
  const { stdout, code } = await outcome(launch(join(folder, "bin/workflows"), ["run", "a b", "--input", "k=*"]));
  expect(JSON.parse(stdout)).toMatchObject({
    entry: join(folder, "src/main.ts"),
    args: ["run", "a b", "--input", "k=*"],
  });
  expect(code).toBe(0);
});

test("started through the links of a global installation it finds the bundle", async () => {
  await entryAt("dist/main.js");
  await mkdir(join(folder, "prefix/bin"), { recursive: true });
  await symlink("../../bin/workflows", join(folder, "prefix/bin/workflows"));
  await symlink("prefix/bin/workflows", join(folder, "linked"));
  await symlink(process.execPath, join(folder, "path/node"));
  const { stdout } = await outcome(launch(join(folder, "linked")));
  expect(JSON.parse(stdout)).toMatchObject({ entry: join(folder, "dist/main.js") });
});

test("the process that people see is Workflows itself: its id, its exit code, its signals", async () => {
  await entryAt("src/main.ts", 'console.log(process.pid); process.stdin.on("end", () => process.exit(6)).resume();');
  await pinNode();

  const ending = launch(join(folder, "bin/workflows"));
  ending.stdin.end();
  expect(await outcome(ending)).toMatchObject({ stdout: `${ending.pid}\n`, code: 6, signal: null });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const) {
    const running = launch(join(folder, "bin/workflows"));
    running.stdout.once("data", () => running.kill(signal));
    expect(await outcome(running)).toMatchObject({ stdout: `${running.pid}\n`, code: null, signal });
  }
});

test("without a Node that can run it: one line with the version found and the one needed", async () => {
  await entryAt("src/main.ts");
  await nodeOnPath("v20.20.2");
  const { stdout, stderr, code } = await outcome(launch(join(folder, "bin/workflows")));
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^workflows: needs Node 24 or later, found v20\.20\.2: .*\n$/);
  expect(code).toBe(2);
});

test("needs the Node that package.json asks for", async () => {
  const { engines } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { engines: { node: string } };
  const launcher = await readFile(join(root, "bin/workflows"), "utf8");
  expect(launcher).toContain(`\nneeded=${engines.node.replace(">=", "")}\n`);
});
