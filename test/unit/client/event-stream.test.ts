import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStreamParser, EventTooLarge, type StreamEvent } from "../../../src/client/event-stream.ts";

function read(...pieces: readonly string[]): StreamEvent[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

test("events are read as the HTML standard says", () => {
  expect(read("data: YHOO\ndata: +2\ndata: 10\n\n")).toEqual([{ type: "message", id: "", data: "YHOO\n+2\n10" }]);
  // The standard's own samples: comments, an id that stays, an id that is taken back, spaces, fields without a colon.
  expect(read(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n")).toEqual([
    { type: "message", id: "1", data: "first event" },
    { type: "message", id: "", data: "second event" },
    { type: "message", id: "", data: " third event" },
  ]);
  expect(read("data\n\ndata\ndata\n\ndata:")).toEqual([
    { type: "message", id: "", data: "" },
    { type: "message", id: "", data: "\n" },
  ]);
  expect(read("event: end\nid: 7\ndata: a: b\n\ndata: c\n\n")).toEqual([
    { type: "end", id: "7", data: "a: b" },
    { type: "message", id: "7", data: "c" },
  ]);
  expect(read("event: nothing\nid: 8\n\nid: x\0y\nunknown: field\nDATA: no\ndata: d\n\n")).toEqual([
    { type: "message", id: "8", data: "d" },
  ]);
});

test("the pause that a server asks for is known, and nonsense about it is not", () => {
  const parser = new EventStreamParser();
  parser.push("retry: soon\n");
  expect(parser.retryMs).toBeUndefined();
  parser.push("retry: 2500\nretry: -1\nretry: 9999999999999\n\n");
  expect(parser.retryMs).toBe(2500);
});

const line = fc.oneof(
  fc.constantFrom("", ": beat", "data", "id", "event: end"),
  fc.tuple(fc.constantFrom("data", "id", "event", "other"), fc.string({ maxLength: 8 })).map(([name, value]) => {
    return `${name}: ${value.replaceAll(/[\r\n]/g, "")}`;
  }),
);

test("a stream means the same wherever it is cut, and whichever line ends it has", () => {
  const stream = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 30 });
  fc.assert(
    fc.property(stream, fc.array(fc.nat(200), { maxLength: 20 }), (lines, cuts) => {
      // A line that ends in CR before an empty line that ends in LF would be one CRLF.
      const ends = lines.map(([, end]) => (end === "\n" && lines.some(([, other]) => other === "\r") ? "\r\n" : end));
      const text = lines.map(([content], at) => content + ends[at]).join("");
      const places = [...new Set(cuts.map((cut) => Math.min(cut, text.length)))].sort((a, b) => a - b);
      const pieces = [...places, text.length].map((end, at) => text.slice(places[at - 1] ?? 0, end));
      const whole = read(lines.map(([content]) => `${content}\n`).join(""));
      expect(read(text)).toEqual(whole);
      expect(read(...pieces)).toEqual(whole);
    }),
  );
});

test("an event without an end does not fill the memory", () => {
  const parser = new EventStreamParser({ maxEventLength: 100 });
  const piece = "x".repeat(60);
  expect(parser.push(`data: ${piece}\n\n`)).toHaveLength(1);
  for (let count = 0; count < 10; count += 1) expect(parser.push(`: ${piece}\n`)).toEqual([]);
  parser.push(`data: ${piece}\n`);
  expect(() => parser.push(`data: ${piece}`)).toThrow(EventTooLarge);
});

test("an id alone is a place to go on from, once its event has ended", () => {
  const parser = new EventStreamParser();
  parser.push("id: 41\n");
  expect(parser.lastEventId).toBe("");
  expect(parser.push("\n")).toEqual([]);
  expect(parser.lastEventId).toBe("41");
});
