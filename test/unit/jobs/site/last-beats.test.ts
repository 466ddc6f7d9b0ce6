import { expect, test } from "vitest";
import { LastBeats } from "../../../../src/jobs/site/last-beats.ts";
import { workerInfo } from "../../../support/jobs.ts";

test("how long a worker is silent is counted from when its beat was seen first, and anew when it beats", () => {
  const row = { ...workerInfo("w1"), beat: 7, room: 1 };
  const beaten = { ...row, beat: 8 };
  let nowMs = 1000;
  const beats = new LastBeats(() => nowMs);
  expect(beats.silentForMs(row), "never seen").toBeUndefined();
  beats.sees([row]);
  nowMs = 1500;
  beats.sees([row]);
  nowMs = 1600;
  expect(beats.silentForMs(row)).toBe(600);
  expect(beats.silentForMs(beaten), "it has beaten since").toBe(0);
  beats.sees([beaten]);
  nowMs = 1650;
  expect(beats.silentForMs(beaten)).toBe(50);
  beats.sees([]);
  expect(beats.silentForMs(beaten), "gone").toBeUndefined();
});
