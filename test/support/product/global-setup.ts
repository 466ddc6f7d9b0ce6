// Runs before the tests that start processes: makes the product as an installed package has it. They start in a third of the time that the sources take, and it is what people run.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkout } from "./checkout.ts";
import { productVariable } from "./product.ts";

export async function setup(): Promise<void> {
  if (process.env[productVariable] !== undefined) return; // another project of this run made it
  const bundler = join(checkout, "node_modules", ".bin", "rolldown");
  await promisify(execFile)(bundler, ["-c", "rolldown.config.ts"], { cwd: checkout });
  const folder = join(checkout, ".cache", "product", await digestOf(join(checkout, "dist")));
  if (!existsSync(folder)) await install(folder);
  process.env[productVariable] = folder;
}

/** What it is made of names its folder: another run, of other sources, changes nothing under processes that run. */
async function digestOf(dist: string): Promise<string> {
  const hash = createHash("sha256");
  const files = await readdir(dist, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  for (const path of [...paths.sort(), join(checkout, "bin", "workflows"), join(checkout, "package.json")])
    hash.update(path.slice(checkout.length)).update(await readFile(path));
  return hash.digest("hex").slice(0, 12);
}

async function install(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  const { files } = JSON.parse(await readFile(join(checkout, "package.json"), "utf8")) as { files: readonly string[] };
  for (const part of [...files, "package.json"])
    await cp(join(checkout, part), join(unfinished, part), { recursive: true });
  await symlink(join(checkout, "node_modules"), join(unfinished, "node_modules"), "dir");
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true })); // another run was first
}
