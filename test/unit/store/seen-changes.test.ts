import { expect, test } from "vitest";
import { type Seen, SeenChanges } from "../../../src/store/mongodb/search/seen-changes.ts";

function told(seen: Seen, ...ids: readonly string[]): void {
  for (const id of ids) seen.add({ id, version: 1, at: 5 });
}

test("of two asks with one mark neither takes for told what only the other tells, whichever ends first", () => {
  const changes = new SeenChanges("p", 2000);
  const first = changes.begin(1);
  const beginning = first.look();
  first.keep(beginning);
  const mark = beginning.mark();
  first.release();

  const [a, b] = [changes.at(mark), changes.at(mark)];
  const [ofA, ofB] = [a.look(), b.look()];
  told(ofA, "k1", "k2", "k3");
  expect(ofB.has("k1", 1)).toBe(false);
  told(ofB, "k1", "k2");
  const [markA, markB] = [ofA.mark(), ofB.mark()];
  a.keep(ofA);
  a.release();
  b.keep(ofB);
  b.release();
  expect(changes.at(markB).look().has("k3", 1)).toBe(false);
  expect(changes.at(markB).look().has("k2", 1)).toBe(true);
  expect(changes.at(markA).look().has("k3", 1)).toBe(true);
});

test("what a try told that was given up counts as not told, and the next one goes on where it began", () => {
  const changes = new SeenChanges("p", 2000);
  const hold = changes.begin(1);
  const givenUp = hold.look();
  told(givenUp, "k1", "k2");
  const next = hold.look();
  told(givenUp, "k3");
  told(next, "k1");
  hold.keep(next);
  hold.release();
  const seen = changes.at(`5.${next.mark().split(".")[1]}.1`).look();
  expect(["k1", "k2", "k3"].map((id) => seen.has(id, 1))).toEqual([true, false, false]);
});
