import { WorkflowsApiError, WorkflowsConnectionError } from "../errors.ts";
import { EventStreamParser, type StreamEvent } from "../event-stream.ts";
import { type Ask, type Connection, isPassing } from "./connection.ts";
import { timerOf } from "./timer.ts";

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
  /** Goes on behind the event that had this id. */
  readonly lastEventId?: string | undefined;
  /** A stream from which nothing comes for this long, in milliseconds, is broken: servers send a sign of life every 15 s. */
  readonly silenceMs: number;
  /** Called for each connection, once it is certain from which place on it tells: what is done from then on is heard of. */
  readonly onOpen?: (() => void) | undefined;
  /** Whoever follows has another way: where the server has no room for a connection, the first or a later one, it is told so at once. */
  readonly hasOtherWay?: boolean | undefined;
}

/** A connection that lasted this long was no failure, even if nothing happened meanwhile. */
const lastedMs = 5_000;

/**
 * The events of a stream that the server has places for, over as many connections as it takes: each once, in order. Before the first connection it
 * tries as often as for any request; after that it goes on for ever, with pauses as `RetryOptions` say. It ends when the server says that nothing follows
 * (204). Throws what can be helped by nobody but the caller: `WorkflowsApiError`, or the reason of the signal.
 */
export async function* follow(
  connection: Connection,
  ask: Pick<Ask, "path" | "query">,
  { lastEventId = "", ...options }: FollowOptions,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { signal } = options;
  const place: Place = { lastEventId, retryMs: 0, isEnded: false };
  let wasOpen = false;
  for (let failures = 0; ; ) {
    let failure: WorkflowsApiError | WorkflowsConnectionError | undefined;
    const openedAt = performance.now();
    try {
      for await (const event of connectOnce(connection, ask, place, options)) {
        failures = 0;
        yield event;
      }
      if (place.isEnded) return;
      wasOpen = true;
    } catch (error) {
      if (signal?.aborted === true || !isPassing(error, "always")) throw error;
      if (error instanceof StreamBroken) wasOpen = true;
      failure = error;
    }
    if (performance.now() - openedAt > lastedMs) failures = 0;
    failures += 1;
    const { retryAfterMs: askedMs = 0, code } = failure instanceof WorkflowsApiError ? failure : {};
    if (failure !== undefined && options.hasOtherWay === true && code === "overloaded") throw failure;
    const isEnough = failures >= connection.retry.attempts || askedMs > connection.retry.maxDelayMs;
    if (failure !== undefined && !wasOpen && isEnough) throw failure;
    await connection.pauseAfter(failures, signal, Math.max(askedMs, place.retryMs));
  }
}

/** Where the next connection goes on, and whether there is to be one. */
interface Place {
  lastEventId: string;
  retryMs: number;
  isEnded: boolean;
}

/** The connection was there and broke. */
class StreamBroken extends WorkflowsConnectionError {}

async function* connectOnce(
  connection: Connection,
  ask: Pick<Ask, "path" | "query">,
  place: Place,
  { signal, silenceMs, onOpen }: Omit<FollowOptions, "lastEventId">,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { lastEventId } = place;
  const headers = { accept: "text/event-stream", ...(lastEventId !== "" && { "last-event-id": lastEventId }) };
  const response = await connection.open({ ...ask, headers, repeat: "always", signal });
  if (response.status === 204) {
    place.isEnded = true;
    return;
  }
  if (response.body === null || !/^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    const message = "The answer is no stream of events: what is there is no Workflows server that can be watched";
    throw new WorkflowsApiError(message, { code: "unexpected_answer", status: response.status });
  }
  const parser = new EventStreamParser();
  let isPlaced = lastEventId !== "";
  if (isPlaced) onOpen?.();
  for await (const text of texts(response.body, silenceMs, signal)) {
    const events = parser.push(text);
    if (!isPlaced && parser.lastEventId !== "") {
      isPlaced = true;
      onOpen?.();
    }
    yield* events;
    if (parser.lastEventId !== "") place.lastEventId = parser.lastEventId;
    place.retryMs = parser.retryMs ?? place.retryMs;
  }
}

/** A body as texts. Throws `StreamBroken` when it breaks, or nothing comes for too long. */
async function* texts(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // Reading alone breaks a connection. Any other error is a mistake of a program, which another connection would only hide.
  const broken = (): never => {
    if (signal?.aborted === true) throw signal.reason;
    throw new StreamBroken("The connection to the server broke");
  };
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read().catch(broken));
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    void reader.cancel().catch(() => undefined); // whoever stops listening early; a stream that has ended takes it too
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let endTimer: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    endTimer = timerOf(ms, () => reject(new StreamBroken(`Nothing came for ${ms} ms`)));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    endTimer?.();
  }
}
