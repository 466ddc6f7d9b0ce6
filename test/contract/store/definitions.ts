import { expect, test } from "vitest";
import { workflowOf } from "../../support/jobs.ts";
import type { FreshStore } from "../../support/store/fresh-store.ts";

export function definitions(freshStore: FreshStore): void {
  test("a definition comes back by its digest, through another connection too", async () => {
    const { store, connect } = await freshStore();
    const workflow = workflowOf("greet");
    await store.definitions.put([{ workflow, source: { name: "greet" } }]);
    expect(await (await connect()).definitions.get(workflow.digest)).toEqual(workflow);
    expect(await store.definitions.get("unknown")).toBeUndefined();
  });

  test("the newest version of each workflow is the latest, whatever was stored last", async () => {
    const { store } = await freshStore();
    const all = [workflowOf("b", 2), workflowOf("b", 10), workflowOf("a", 1), workflowOf("b", 3)];
    await store.definitions.put(all.map((workflow) => ({ workflow, source: null })));
    const latest = await store.definitions.latest();
    expect(latest.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(["a 1", "b 10"]);
  });

  test("one version of a workflow is found, as it was stored first", async () => {
    const { store } = await freshStore();
    const all = [workflowOf("a", 1), workflowOf("a", 2, "z"), workflowOf("a", 2, "c"), workflowOf("b", 3)];
    for (const workflow of all) await store.definitions.put([{ workflow, source: null }]);
    expect(await store.definitions.version("a", 1)).toEqual(all[0]);
    expect((await store.definitions.version("a", 2))?.digest).toBe("z");
    expect(await store.definitions.version("a", 3)).toBeUndefined();
    expect(await store.definitions.version("c", 1)).toBeUndefined();
  });

  test("a definition that was stored never changes", async () => {
    const { store } = await freshStore();
    await store.definitions.put([{ workflow: workflowOf("a", 1, "one"), source: 1 }]);
    await store.definitions.put([{ workflow: workflowOf("a", 1, "two"), source: 2 }]);
    await store.definitions.put([{ workflow: workflowOf("a", 1, "one"), source: 1 }]);
    expect((await store.definitions.latest()).map(({ digest }) => digest)).toEqual(["one"]);
    expect(await store.definitions.documents()).toEqual([{ name: "a", version: 1, source: 1 }]);
    expect(await store.definitions.get("two")).toBeUndefined();
  });

  test("many of the largest definitions are stored at once", async () => {
    const { store, connect } = await freshStore();
    const description = "é".repeat(2 * 1024 * 1024 - 1000); // nearly 4 MiB
    const all = Array.from({ length: 7 }, (_, index) => ({ ...workflowOf(`w${index}`), description }));
    await store.definitions.put(all.map((workflow) => ({ workflow, source: "x".repeat(1024 * 1024) })));
    const { definitions: kept } = await connect();
    for (const { name, digest, version } of all) {
      expect((await kept.get(digest))?.name).toBe(name);
      expect((await kept.version(name, version))?.digest).toBe(digest);
    }
    expect((await kept.latest()).map(({ name }) => name).sort()).toEqual(all.map(({ name }) => name));
  });

  test("a definition that no store could keep is refused for good, with the limit, and nothing of it is kept", async () => {
    const { store } = await freshStore();
    const definition = {
      workflow: { ...workflowOf("large"), description: "x".repeat(9_000_000) },
      source: "ü".repeat(4_000_000),
    };
    const refusal = { code: "invalid_definition", message: expect.stringMatching(/"large" is too large.* 6291456 /) };
    await expect(store.definitions.add(definition)).rejects.toMatchObject(refusal);
    await expect(
      store.definitions.put([{ workflow: workflowOf("small"), source: 1 }, definition]),
    ).rejects.toMatchObject(refusal);
    expect(await store.definitions.latest()).toEqual([]);
  });

  test("an empty store has no definitions", async () => {
    const { store } = await freshStore();
    expect(await store.definitions.latest()).toEqual([]);
    expect(await store.definitions.documents()).toEqual([]);
    expect(await store.definitions.newest("a")).toBeUndefined();
  });

  test("a definition is added where there is none of its name and version, through any connection", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    expect(await store.definitions.add({ workflow: workflowOf("a", 1, "one"), source: 1 })).toBe(true);
    expect(await other.definitions.add({ workflow: workflowOf("a", 1, "one"), source: 1 }), "the same").toBe(false);
    expect(await other.definitions.add({ workflow: workflowOf("a", 1, "two"), source: 2 }), "another").toBe(false);
    expect(await other.definitions.add({ workflow: workflowOf("a", 2, "three"), source: 3 })).toBe(true);
    expect(await store.definitions.add({ workflow: workflowOf("b", 1, "four"), source: 4 })).toBe(true);
    await store.definitions.put([{ workflow: workflowOf("c", 1, "five"), source: 5 }]);
    expect(await other.definitions.add({ workflow: workflowOf("c", 1, "six"), source: 6 }), "from a file").toBe(false);
    expect(await store.definitions.get("two")).toBeUndefined();
    expect((await store.definitions.latest()).map(({ digest }) => digest).sort()).toEqual(["five", "four", "three"]);
  });

  test("of many who add one version at once, one does", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    for (const round of [1, 2, 3, 4, 5]) {
      const added = await Promise.all(
        [store, other, store, other, store, other].map(({ definitions: own }, index) =>
          own.add({ workflow: workflowOf("a", round, `${round} ${index % 4}`), source: index }),
        ),
      );
      expect(added.filter(Boolean), `version ${round}`).toHaveLength(1);
      const kept = await store.definitions.version("a", round);
      expect(kept?.digest).toBe(`${round} ${added.indexOf(true) % 4}`);
    }
  });

  test("what was added can be loaded from a file later, and changes nothing then", async () => {
    const { store } = await freshStore();
    await store.definitions.add({ workflow: workflowOf("a", 1, "one"), source: 1 });
    await store.definitions.put([{ workflow: workflowOf("a", 1, "one"), source: 1 }]);
    await store.definitions.put([{ workflow: workflowOf("a", 1, "two"), source: 2 }]);
    expect((await store.definitions.newest("a"))?.digest).toBe("one");
  });

  test("the newest version of one workflow is found as the latest of all are", async () => {
    const { store } = await freshStore();
    const all = [workflowOf("b", 2), workflowOf("b", 10), workflowOf("a", 1), workflowOf("b", 3)];
    await store.definitions.put(all.map((workflow) => ({ workflow, source: null })));
    expect(await store.definitions.newest("b")).toEqual(all[1]);
    expect(await store.definitions.newest("c")).toBeUndefined();
  });

  test("the documents of the newest versions come back as they were stored, by name", async () => {
    const { store } = await freshStore();
    const document = { name: "b", "a.b": { $x: [1, null, "\u0000"] }, "": 1e300 };
    await store.definitions.put([{ workflow: workflowOf("b", 1), source: "old" }]);
    await store.definitions.put([{ workflow: workflowOf("b", 2), source: document }]);
    await store.definitions.add({ workflow: workflowOf("a", 3), source: [] });
    expect(await store.definitions.documents()).toEqual([
      { name: "a", version: 3, source: [] },
      { name: "b", version: 2, source: document },
    ]);
  });

  test("the versions of one workflow are told with their digests, newest first, and each comes back as it was read", async () => {
    const { store, connect } = await freshStore();
    const all = [workflowOf("a", 2, "two"), workflowOf("a", 10, "ten"), workflowOf("b", 3), workflowOf("a", 1, "one")];
    for (const workflow of all) await store.definitions.add({ workflow, source: { v: workflow.version } });
    await store.definitions.put([{ workflow: workflowOf("a", 2, "other"), source: "never" }]);
    const { definitions: seen } = await connect();
    expect(await seen.versions("a")).toEqual([
      { version: 10, digest: "ten" },
      { version: 2, digest: "two" },
      { version: 1, digest: "one" },
    ]);
    expect(await seen.versions("c")).toEqual([]);
    expect(await seen.document("a", 2)).toEqual({ name: "a", version: 2, source: { v: 2 } });
    expect(await seen.document("a", 3)).toBeUndefined();
    expect(await seen.document("c", 1)).toBeUndefined();
    expect(await seen.versionCounts()).toEqual(
      new Map([
        ["a", 3],
        ["b", 1],
      ]),
    );
  });

  test("the mark becomes another when a definition is stored, and by nothing else", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    const marks = [await store.definitions.mark()];
    const next = async (): Promise<void> => void marks.push(await store.definitions.mark());
    await other.definitions.add({ workflow: workflowOf("a", 1), source: 1 });
    await next();
    await other.definitions.put([{ workflow: workflowOf("a", 2), source: 1 }]);
    await next();
    expect(new Set(marks).size).toBe(3);
    await other.definitions.add({ workflow: workflowOf("a", 2, "refused"), source: 1 });
    await other.definitions.put([{ workflow: workflowOf("a", 2), source: 1 }]);
    expect(await store.definitions.mark()).toBe(marks[2]);
  });
}
