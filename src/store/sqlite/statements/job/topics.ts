import { defaultTopic } from "../../../../model/takes.ts";
import type { Prepare } from "../../database/database.ts";

/** Lines of one topic: above the highest priority. */
const linesPerTopic = 16;

/** Where a job stands among the waiting ones of its workflow. */
export interface Place {
  readonly topic: string;
  readonly priority: number;
}

/**
 * The number that the column `priority` has: the priority itself, where the topic is the usual one. Every other topic has a number, and its jobs lines of
 * their own in the same indexes.
 */
export interface Topics {
  lineOf(place: Place): number;
  placeOf(line: number): Place;
}

export function prepareTopics(prepare: Prepare): Topics {
  const numberOf = prepare("SELECT number FROM topics WHERE name = ?");
  const nameOf = prepare("SELECT name FROM topics WHERE number = ?");
  const insert = prepare("INSERT INTO topics (name) VALUES (?)");

  // Nothing is remembered: a number that was given in a transaction that failed may be given to another topic.
  function number(topic: string): number {
    if (topic === defaultTopic) return 0;
    const known = numberOf.get<[number]>(topic)?.[0] ?? insert.insert(topic);
    if (known === undefined) throw new Error(`The topic ${topic} got no number`);
    return known;
  }

  function name(of: number): string {
    if (of === 0) return defaultTopic;
    const known = nameOf.get<[string]>(of)?.[0];
    if (known === undefined) throw new Error(`There is no topic of number ${of}`);
    return known;
  }

  return {
    lineOf: ({ topic, priority }) => number(topic) * linesPerTopic + priority,
    placeOf: (line) => ({ topic: name(Math.floor(line / linesPerTopic)), priority: line % linesPerTopic }),
  };
}
