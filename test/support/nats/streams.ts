import { type JetStreamManager, jetstreamManager, type StreamConfig } from "@nats-io/jetstream";
import { type ConnectionOptions, connect } from "@nats-io/transport-node";
import type { NatsServer } from "./nats-server.ts";

/** A message as the stream keeps it. */
export interface KeptMessage {
  readonly subject: string;
  readonly seq: number;
  /** By which the stream knows a repeated one. */
  readonly id: string;
  readonly data: unknown;
}

/** An operator's view of a server's streams: each look on a connection of its own, as the server may have been started again. */
export interface Streams {
  /** Makes a stream on the disk that takes these subjects, and knows repeated messages for an hour. */
  make(name: string, subjects: readonly string[], more?: Partial<StreamConfig>): Promise<void>;
  count(name: string): Promise<number>;
  messages(name: string): Promise<KeptMessage[]>;
}

const hour = 3_600_000_000_000;

export function streamsOf(server: NatsServer, login: Pick<ConnectionOptions, "user" | "pass"> = {}): Streams {
  async function look<T>(at: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const client = await connect({ servers: server.address, ...login });
    try {
      return await at(await jetstreamManager(client));
    } finally {
      await client.close();
    }
  }
  return {
    make: (name, subjects, more) =>
      look(async ({ streams }) => {
        await streams.add({ duplicate_window: hour, ...more, name, subjects: [...subjects] });
      }),
    count: (name) => look(async ({ streams }) => (await streams.info(name)).state.messages),
    messages: (name) =>
      look(async ({ streams }) => {
        const { first_seq: first, last_seq: last } = (await streams.info(name)).state; // of an empty one 0 and 0
        const kept: KeptMessage[] = [];
        for (let seq = Math.max(1, first); seq <= last; seq += 1) {
          const message = await streams.getMessage(name, { seq });
          if (message === null) continue;
          const { subject, header } = message;
          kept.push({ subject, seq, id: header.get("Nats-Msg-Id"), data: message.json() });
        }
        return kept;
      }),
  };
}
