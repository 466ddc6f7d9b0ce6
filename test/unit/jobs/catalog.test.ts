import { expect, test } from "vitest";
import { Catalog } from "../../../src/jobs/catalog.ts";
import { embedded } from "../../support/embedded.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";

const first = workflow(sequence(task("0")));
const second = workflow(sequence(task("0"), task("1")), { version: 2 });

test("starts take the newest version, also where an older file is loaded later", async () => {
  const { catalog } = await embedded([second]);
  await catalog.add([{ workflow: first, source: null }]);
  expect(catalog.latest("sample")).toEqual(second);
  expect(catalog.latest(second.name)).toEqual(second);
});

test("of one version the definition that was loaded last counts", async () => {
  const { catalog, store } = await embedded([first]);
  const changed = workflow(sequence(task("changed")));
  await catalog.add([{ workflow: changed, source: null }]);
  expect(catalog.latest("sample")).toEqual(changed);
  await catalog.add([{ workflow: first, source: null }]);
  expect(catalog.latest("sample"), "going back to what was").toEqual(first);
  expect(await new Catalog(store.definitions).modelOf(changed)).toEqual(changed);
});

test("a definition that was changed under its version, or is older than the stored one, is told", async () => {
  const { catalog } = await embedded([first]);
  const changed = workflow(sequence(task("changed")));
  expect(await catalog.add([{ workflow: first, source: null }]), "as it was").toEqual([]);
  expect(await catalog.add([{ workflow: changed, source: null }])).toEqual([{ loaded: changed, stored: first }]);
  expect(await catalog.add([{ workflow: second, source: null }]), "a new version").toEqual([]);
  expect(await catalog.add([{ workflow: first, source: null }])).toEqual([{ loaded: first, stored: second }]);
});

test("what another process stored is known after a refresh, and to its jobs at once", async () => {
  const { place, catalog: ours } = await embedded([first]);
  const { catalog: theirs } = await embedded([second], { place });
  expect(ours.latest("sample")).toEqual(first);
  expect(await ours.modelOf(second)).toEqual(second);
  await ours.refresh();
  expect(ours.latest("sample")).toEqual(second);
  expect(theirs.latest("sample")).toEqual(second);
});

test("a definition that nobody stored is an error, not a guess", async () => {
  const { catalog } = await embedded([first]);
  expect(catalog.known(second)).toBeUndefined();
  await expect(catalog.modelOf(second)).rejects.toMatchObject({ code: "internal" });
});
