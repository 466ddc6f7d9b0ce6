import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { StoreUnavailable } from "../../../model/errors.ts";
import type { Log } from "../../../model/log.ts";
import { onAbort } from "./watchers.ts";

/** What clients wait before they connect again, in ms. */
const reconnectMs = 1000;

/** What a client has to take the last events, once its stream is to end, in ms. */
const leaveMs = 1000;

/** One event as the HTML standard writes it. `id`: where to go on behind it; an event without data is told to nobody, and its id is kept. */
export interface ServerSentEvent {
  readonly id: string;
  readonly event?: string;
  readonly data?: unknown;
}

/** A comment: keeps proxies from taking a silent connection for a dead one. */
export const heartbeat = ":\n\n";

export function eventText({ id, event, data }: ServerSentEvent): string {
  const name = event === undefined ? "" : `event: ${event}\n`;
  const body = data === undefined ? "" : `data: ${JSON.stringify(data)}\n`;
  return `id: ${id}\n${name}${body}\n`;
}

export interface EventStream {
  readonly events: AsyncIterable<string>;
  /** The stream is to end: `events` do. */
  readonly signal: AbortSignal;
  /** A client that took nothing for so many milliseconds is cut off. */
  readonly stalledMs: number;
}

/**
 * Answers with a stream of events, as slowly as the client takes them. The stream ends with `events`; where these fail, or the client takes too long, it connects
 * again and goes on behind what it has.
 */
export function sendEvents(reply: FastifyReply, { events, signal, stalledMs }: EventStream, log: Log): FastifyReply {
  const pieces = async function* (): AsyncGenerator<string> {
    try {
      yield `retry: ${reconnectMs}\n\n`; // at once: with it the head of the answer is sent
      yield* events;
    } catch (error) {
      if (error instanceof StoreUnavailable) log.warn({ err: error }, "a stream of events ends early");
      else log.error({ err: error }, "a stream of events ends early");
    }
  };
  cutOff(reply.raw, signal, stalledMs);
  return withHead(reply)
    .header("connection", "close") // a server that stops ends the stream, and must not wait for what the client asks next
    .header("x-accel-buffering", "no") // nginx would hold events back
    .send(Readable.from(pieces()));
}

/** A client that does not read would keep its place for ever, and a server that stops from its end. */
function cutOff(response: ServerResponse, signal: AbortSignal, stalledMs: number): void {
  response.setTimeout(stalledMs, () => response.destroy()); // heartbeats are more frequent: what is written does not leave
  onAbort(signal, () => {
    const timer = setTimeout(() => response.destroy(), leaveMs);
    response.once("close", () => clearTimeout(timer));
  });
}

/** What a HEAD is answered. */
export function sendEventsHead(reply: FastifyReply): FastifyReply {
  return withHead(reply).send();
}

function withHead(reply: FastifyReply): FastifyReply {
  return reply.header("content-type", "text/event-stream; charset=utf-8");
}
