import { expect, test } from "vitest";
import { type WorkersAtHand, whyWaiting } from "../../../../src/jobs/site/why-waiting.ts";
import { workerInfo } from "../../../support/jobs.ts";

function workers(...rooms: readonly number[]): WorkersAtHand["workers"] {
  return rooms.map((room, index) => ({ ...workerInfo(`w${index}`), beat: 1, room }));
}

const elsewhere = { workflow: "other", topic: "slow", since: 1 };

test.each([
  ["without a worker", {}, { workers: [], untaken: [] }, "No worker runs: start one with workflows worker"],
  [
    "of a topic that nobody takes",
    {},
    { workers: workers(0), untaken: [elsewhere, { workflow: "a", topic: "slow", since: 1 }] },
    "No worker takes the topic slow: start one with workflows worker --topics slow",
  ],
  [
    "of a workflow that nobody takes",
    {},
    { workers: workers(5), untaken: [{ workflow: "a", topic: "default", since: 1 }] },
    "No worker takes this workflow: see workflows workers list, and the settings workflows and excluded_workflows",
  ],
  [
    "with busy workers",
    {},
    { workers: workers(0, 0), untaken: [elsewhere] },
    "Every worker is busy: they are taken as soon as one has room",
  ],
  [
    "with a cap",
    { maxRunning: 3 },
    { workers: workers(0, 1), untaken: [] },
    "They are due. At most 3 of this workflow are with workers at once, as its definition says",
  ],
  ["with room", undefined, { workers: workers(0, 1), untaken: [] }, "They are due: a worker takes them in turn"],
] as const)("of due jobs %s it is told why no worker has them", (_what, model, atHand, sentence) => {
  expect(whyWaiting("worker", "a", model, atHand)).toBe(sentence);
});
