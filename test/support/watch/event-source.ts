import { EventStreamParser, type StreamEvent } from "../../../src/client/event-stream.ts";

/** A client that watches, as much like an `EventSource` as a test needs. */
export interface OpenedEvents extends AsyncDisposable {
  readonly status: number;
  readonly headers: Headers;
  /** What came so far, comments and all. */
  readonly text: () => string;
  /** The next event; undefined when the stream is over, however it ended. */
  next(): Promise<StreamEvent | undefined>;
  /** Resolves when what came so far matches. */
  heard(what: RegExp): Promise<void>;
  /** All that come until the stream is over. */
  rest(): Promise<StreamEvent[]>;
}

export async function openEvents(url: string, lastEventId?: string): Promise<OpenedEvents> {
  const leaving = new AbortController();
  const headers = { accept: "text/event-stream", ...(lastEventId !== undefined && { "last-event-id": lastEventId }) };
  const answer = await fetch(url, { headers, signal: leaving.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventStreamParser();
  const events: StreamEvent[] = [];
  let text = "";
  /** Whether there was more. */
  async function read(): Promise<boolean> {
    const piece = await reader?.read().catch(() => undefined);
    if (piece?.value === undefined) return false;
    text += piece.value;
    events.push(...parser.push(piece.value));
    return true;
  }
  async function next(): Promise<StreamEvent | undefined> {
    while (events.length === 0) if (!(await read())) return undefined;
    return events.shift();
  }
  return {
    status: answer.status,
    headers: answer.headers,
    text: () => text,
    next,
    async heard(what) {
      while (!what.test(text)) if (!(await read())) throw new Error(`The stream ended without ${String(what)}`);
    },
    async rest() {
      const all: StreamEvent[] = [];
      for (let event = await next(); event !== undefined; event = await next()) all.push(event);
      return all;
    },
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await reader?.cancel().catch(() => undefined);
    },
  };
}

/** Data of an event, as JSON. */
export function dataOf(event: StreamEvent | undefined): Record<string, unknown> {
  if (event === undefined) throw new Error("The stream is over");
  return JSON.parse(event.data) as Record<string, unknown>;
}
