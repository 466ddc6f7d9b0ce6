import type { Message } from "./message.ts";

/** A connection to a server. */
export interface Link {
  /** As people know the server: host and port. */
  readonly server: string;
  readonly isOpen: boolean;
  /** Resolves when it is over, with why, where that is known. */
  readonly closed: Promise<string | undefined>;
  /** Resolves when a stream has the message; `id` is what the stream knows a repeated one by. Rejects with `NatsFailure`. */
  publish(message: Message, id: string, timeoutMs: number): Promise<Acknowledged>;
  close(): Promise<void>;
}

/** A stream's word that it has a message. */
export interface Acknowledged {
  readonly stream: string;
  readonly seq: number;
  /** It had the message already: nothing was added. */
  readonly duplicate: boolean;
}
