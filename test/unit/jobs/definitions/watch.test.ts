import { expect, onTestFinished, test } from "vitest";
import { Catalog } from "../../../../src/jobs/catalog.ts";
import { addDefinition } from "../../../../src/jobs/definitions/add.ts";
import { DefinitionWatch } from "../../../../src/jobs/definitions/watch.ts";
import { InProcessNotifier } from "../../../../src/notifier/in-process.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";

const first = workflow(sequence(task("0")));
const second = workflow(sequence(task("0"), task("1")), { version: 2 });

/** Another process that nobody tells anything but by hints, beside the one that adds. */
async function watching() {
  const adding = await embedded([first]);
  const theirs = await embedded([first], { place: adding.place });
  const notifier = new InProcessNotifier();
  const watch = new DefinitionWatch(theirs.catalog, notifier, new MemoryLog());
  onTestFinished(() => watch.stop());
  const knows = (version: number) =>
    eventually(`version ${version} is known`, () => theirs.catalog.latest("sample")?.version === version);
  return { adding, catalog: theirs.catalog, store: theirs.store, notifier, knows };
}

test("a hint that names the workflow brings its newest version", async () => {
  const { adding, notifier, knows } = await watching();
  adding.notifier.subscribe((hint) => notifier.publish(hint));
  await addDefinition(adding, { workflow: second, source: {} });
  await knows(2);
});

test("a hint that anything may have changed brings what is new, again and again", async () => {
  const { adding, notifier, knows } = await watching();
  for (const version of [2, 3, 4]) {
    await addDefinition(adding, { workflow: workflow(sequence(task("0")), { version }), source: {} });
    notifier.publish({ kind: "changed" });
    await knows(version);
  }
});

test("what came between the filling of the catalog and the first hint is found", async () => {
  const adding = await embedded([first]);
  const catalog = new Catalog(adding.store.definitions);
  await catalog.add([{ workflow: first, source: {} }]);
  await addDefinition(adding, { workflow: second, source: {} });
  const watch = new DefinitionWatch(catalog, new InProcessNotifier(), new MemoryLog());
  onTestFinished(() => watch.stop());
  await eventually("it is known", () => catalog.latest("sample")?.version === 2);
});

test("a look that fails is logged, and the next hint is heard all the same", async () => {
  const { adding } = await watching();
  let failing = true;
  const { definitions } = adding.store;
  const newest: typeof definitions.newest = async (name) => {
    if (failing) throw new Error("the store is away");
    return definitions.newest(name);
  };
  const catalog = new Catalog({ ...definitions, newest });
  const [notifier, log] = [new InProcessNotifier(), new MemoryLog()];
  const watch = new DefinitionWatch(catalog, notifier, log);
  onTestFinished(() => watch.stop());
  notifier.publish({ kind: "defined", workflow: "sample" });
  await eventually("the failure is logged", () => log.lines.some(({ level }) => level === "warn"));
  failing = false;
  notifier.publish({ kind: "defined", workflow: "sample" });
  await eventually("it is known", () => catalog.latest("sample") !== undefined);
});

test("a stop waits for one look at most, whatever hints came before", async () => {
  const { adding } = await watching();
  const { definitions } = adding.store;
  const { promise: freed, resolve: free } = Promise.withResolvers<void>();
  const looked: string[] = [];
  const newest: typeof definitions.newest = async (name) => {
    looked.push(name);
    await freed;
    return definitions.newest(name);
  };
  const [catalog, notifier] = [new Catalog({ ...definitions, newest }), new InProcessNotifier()];
  const watch = new DefinitionWatch(catalog, notifier, new MemoryLog());
  for (const name of ["a", "b", "c"]) notifier.publish({ kind: "defined", workflow: name });
  await eventually("the first is looked for", () => looked.length > 0);
  const stopped = watch.stop();
  free();
  await stopped;
  expect(looked).toEqual(["a"]);
});
