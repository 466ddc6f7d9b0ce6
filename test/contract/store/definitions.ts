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

  test("of one version with two digests, the one stored last is the latest", async () => {
    const { store } = await freshStore();
    const put = (digest: string): Promise<void> =>
      store.definitions.put([{ workflow: workflowOf("a", 1, digest), source: null }]);
    await put("z");
    await put("c");
    expect((await store.definitions.latest()).map(({ digest }) => digest)).toEqual(["c"]);
  });

  test("one version of a workflow is found, of two digests the one stored last", async () => {
    const { store } = await freshStore();
    const all = [workflowOf("a", 1), workflowOf("a", 2, "z"), workflowOf("a", 2, "c"), workflowOf("b", 3)];
    for (const workflow of all) await store.definitions.put([{ workflow, source: null }]);
    expect(await store.definitions.version("a", 1)).toEqual(all[0]);
    expect((await store.definitions.version("a", 2))?.digest).toBe("c");
    expect(await store.definitions.version("a", 3)).toBeUndefined();
    expect(await store.definitions.version("c", 1)).toBeUndefined();
  });

  test("the same definition again changes nothing", async () => {
    const { store } = await freshStore();
    await store.definitions.put([{ workflow: workflowOf("a", 1, "one"), source: 1 }]);
    await store.definitions.put([{ workflow: workflowOf("a", 1, "two"), source: 2 }]);
    await store.definitions.put([{ workflow: workflowOf("a", 1, "one"), source: 1 }]);
    expect((await store.definitions.latest()).map(({ digest }) => digest)).toEqual(["two"]);
  });

  test("an empty store has no definitions", async () => {
    const { store } = await freshStore();
    expect(await store.definitions.latest()).toEqual([]);
  });
}
