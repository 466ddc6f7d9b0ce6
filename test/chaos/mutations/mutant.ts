import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../support/product/checkout.ts";

/** A change of the product's source: `find` must stand in the file exactly once. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutant extends AsyncDisposable {
  /** The folder that holds its `bin/workflows`. */
  readonly root: string;
}

/** A copy of what runs, with these changes. Throws where one no longer applies. */
export async function makeMutant(patches: readonly Patch[]): Promise<Mutant> {
  await using folder = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), "workflows-mutant-"));
  folder.defer(() => rm(root, { recursive: true, force: true }));
  for (const part of ["bin", "src", "package.json"])
    await cp(join(checkout, part), join(root, part), { recursive: true });
  await symlink(join(checkout, "node_modules"), join(root, "node_modules"), "dir");
  for (const patch of patches) await apply(root, patch);
  const kept = folder.move();
  return { root, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function apply(root: string, { file, find, replace }: Patch): Promise<void> {
  const source = await readFile(join(root, file), "utf8");
  const found = source.split(find).length - 1;
  if (found !== 1) throw new Error(`${file}: the mutation applies ${found} times, not once:\n${find}`);
  await writeFile(
    join(root, file),
    source.replace(find, () => replace),
  );
}
