import { expect, test } from "vitest";
import { Catalog } from "../../../src/jobs/catalog.ts";
import type { DefinitionStore } from "../../../src/store/store.ts";
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

test("of one version the definition that was stored first counts, for this process and all others", async () => {
  const { place, catalog, store } = await embedded([first]);
  const changed = workflow(sequence(task("changed")));
  const { catalog: theirs } = await embedded([changed], { place });
  await catalog.add([{ workflow: changed, source: null }]);
  for (const one of [catalog, theirs]) {
    expect(one.latest("sample")).toEqual(first);
    await one.refresh();
    expect(one.latest("sample")).toEqual(first);
  }
  expect(await store.definitions.get(changed.digest)).toBeUndefined();
});

test("a definition that was changed under its version, or is older than the stored one, is told", async () => {
  const { catalog } = await embedded([first]);
  const changed = workflow(sequence(task("changed")));
  expect(await catalog.add([{ workflow: first, source: null }]), "as it was").toEqual([]);
  expect(await catalog.add([{ workflow: changed, source: null }])).toEqual([{ loaded: changed, stored: first }]);
  expect(await catalog.add([{ workflow: second, source: null }]), "a new version").toEqual([]);
  expect(await catalog.add([{ workflow: first, source: null }])).toEqual([{ loaded: first, stored: second }]);
});

test("of several versions that are loaded together all are known, the highest is started, and each that was changed is told", async () => {
  const { catalog } = await embedded([]);
  const loaded = [first, second].map((definition) => ({ workflow: definition, source: null }));
  expect(await catalog.add(loaded)).toEqual([]);
  expect(await catalog.add(loaded), "as they were").toEqual([]);
  expect(catalog.latest("sample")).toEqual(second);
  expect(await catalog.version("sample", 1)).toEqual(first);
  const changed = workflow(sequence(task("changed")));
  expect(await catalog.add([changed, second].map((definition) => ({ workflow: definition, source: null })))).toEqual([
    { loaded: changed, stored: first },
  ]);
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

test("a version that jobs call by its number is looked up once, until the next refresh", async () => {
  const { store } = await embedded([second, first]);
  let reads = 0;
  const version: DefinitionStore["version"] = (...asked) => {
    reads += 1;
    return store.definitions.version(...asked);
  };
  const catalog = new Catalog({ ...store.definitions, version });
  const called = () => Promise.all([1, 2, 3].map(() => catalog.named("sample", 1)));
  expect([...(await called()), ...(await called())]).toEqual(Array.from({ length: 6 }, () => first));
  expect(reads).toBe(1);
  await catalog.refresh();
  expect(await catalog.named("sample", 1)).toEqual(first);
  expect(await catalog.named("sample", 2), "the newest needs no look").toEqual(second);
  expect(reads).toBe(2);
});

test("a version that was not there is found as soon as it is", async () => {
  const { catalog, store } = await embedded([second]);
  expect(await catalog.named("sample", 1)).toBeUndefined();
  await store.definitions.put([{ workflow: first, source: null }]);
  expect(await catalog.named("sample", 1)).toEqual(first);
});

test("of very many versions that are called the oldest are looked up again, and none is mistaken for another", async () => {
  const many = Array.from({ length: 1002 }, (_, index) => workflow(sequence(), { version: index + 1 }));
  const { catalog } = await embedded(many);
  for (const one of [...many, ...many.slice(0, 5)])
    expect(await catalog.named("sample", one.version)).toMatchObject({ digest: one.digest });
});

test("a workflow that this process does not know, or only an older version of, is looked up in the store at once", async () => {
  const { place, catalog: ours } = await embedded([first]);
  const { store } = await embedded([], { place });
  expect(await ours.find("other")).toBeUndefined();
  expect(await ours.find("sample", 2)).toBeUndefined();
  const other = workflow(sequence(task("0")), { name: "other" });
  await store.definitions.put([second, other].map((definition) => ({ workflow: definition, source: null })));
  expect(await ours.find("sample"), "what it knows is good enough").toEqual(first);
  expect(await ours.find("sample", 2)).toEqual(second);
  expect(await ours.find("sample")).toEqual(second);
  expect(await ours.find("other", 1)).toEqual(other);
  expect(await ours.find("other", 2)).toBeUndefined();
});

test("all definitions are read again only when the store has something new", async () => {
  const { place, store } = await embedded([first]);
  const { store: theirs } = await embedded([], { place });
  let reads = 0;
  const latest = (): ReturnType<typeof store.definitions.latest> => {
    reads += 1;
    return store.definitions.latest();
  };
  const ours = new Catalog({ ...store.definitions, latest });
  await ours.refreshIfChanged();
  await ours.refreshIfChanged();
  expect(reads).toBe(1);
  await theirs.definitions.put([{ workflow: second, source: null }]);
  await ours.refreshIfChanged();
  expect(reads).toBe(2);
  expect(ours.latest("sample")).toEqual(second);
});

test("a definition that nobody stored is an error, not a guess", async () => {
  const { catalog } = await embedded([first]);
  expect(catalog.known(second)).toBeUndefined();
  await expect(catalog.modelOf(second)).rejects.toMatchObject({ code: "definition_missing" });
});
