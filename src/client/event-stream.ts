/** One event of a `text/event-stream`, as the HTML standard reads it (section 9.2.6, "Interpreting an event stream"). */
export interface StreamEvent {
  /** The name after `event:`; `message` where there is none. */
  readonly type: string;
  /** The last id so far, this event's own included: `Last-Event-ID` of a client that goes on behind it. Empty before the first. */
  readonly id: string;
  /** The lines after `data:`, joined by newlines. */
  readonly data: string;
}

/** An event, or a line without an end, that is larger than the reader takes. */
export class EventTooLarge extends Error {
  override readonly name = "EventTooLarge";
}

export interface EventStreamOptions {
  /** Characters of one event at most, so that a stream without an end of line does not fill the memory; default: 16 Mi. */
  readonly maxEventLength?: number;
}

const defaultMaxEventLength = 16 * 1024 * 1024;

const lineEnd = /[\r\n]/g;

/**
 * Reads an event stream piece by piece, wherever it is cut. What is left when the stream ends is no event: its blank line never came. Bytes are decoded by
 * whoever has them: `TextDecoder` as UTF-8, which takes a byte order mark away.
 */
export class EventStreamParser {
  readonly #maxEventLength: number;
  /** The line that has not ended yet, in pieces: a large one may come in thousands of them. */
  #line: string[] = [];
  /** Characters of that line, and of the event's data so far. */
  #length = 0;
  /** The piece before ended in CR: an LF that comes next belongs to it. */
  #isAfterCr = false;
  #type = "";
  #data: string[] = [];
  #id = "";
  #lastEventId = "";
  #retryMs: number | undefined;

  constructor(options: EventStreamOptions = {}) {
    this.#maxEventLength = options.maxEventLength ?? defaultMaxEventLength;
  }

  /** How long the server asks clients to wait before they connect again, in milliseconds (`retry:`). */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** The id of the event before, also of one without data, which is nothing but a new place to go on from. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** Takes the next piece; answers the events that it completed. Throws `EventTooLarge`. */
  push(piece: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    let from = 0;
    if (piece !== "" && this.#isAfterCr) {
      this.#isAfterCr = false;
      if (piece.startsWith("\n")) from = 1;
    }
    for (;;) {
      lineEnd.lastIndex = from;
      const end = lineEnd.exec(piece)?.index;
      this.#append(piece.slice(from, end));
      if (end === undefined) return events;
      const event = this.#endLine();
      if (event !== undefined) events.push(event);
      from = end + 1;
      if (piece[end] !== "\r") continue;
      if (from === piece.length) this.#isAfterCr = true;
      else if (piece[from] === "\n") from += 1;
    }
  }

  #append(part: string): void {
    if (part === "") return;
    this.#length += part.length;
    if (this.#length > this.#maxEventLength)
      throw new EventTooLarge(`An event of the stream has more than ${this.#maxEventLength} characters`);
    this.#line.push(part);
  }

  /** Undefined unless the line was the blank one behind an event that has data. */
  #endLine(): StreamEvent | undefined {
    const line = this.#line.join("");
    this.#line = [];
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    const isData = field === "data";
    if (isData) this.#data.push(value);
    else this.#length -= line.length;
    if (field === "event") this.#type = value;
    if (field === "id" && !value.includes("\0")) this.#id = value;
    if (field === "retry" && /^\d{1,9}$/.test(value)) this.#retryMs = Number(value);
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    const [type, data] = [this.#type, this.#data];
    this.#type = "";
    this.#data = [];
    this.#length = 0;
    this.#lastEventId = this.#id;
    if (data.length === 0) return undefined;
    return { type: type === "" ? "message" : type, id: this.#id, data: data.join("\n") };
  }
}
