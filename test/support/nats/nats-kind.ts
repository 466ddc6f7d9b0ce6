import type { Outcome } from "../../../src/model/job/task-execution.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { AttemptContext } from "../../../src/tasks/kind.ts";
import { createNatsKind, type NatsKind } from "../../../src/tasks/nats/nats-kind.ts";
import { defaultNatsSettings, type NatsAddress, type NatsSettings } from "../../../src/tasks/nats/settings.ts";
import { render } from "../../../src/template/render.ts";
import { attemptContext } from "../worker/attempt-context.ts";

/** An address as the configuration gives it. */
export function addressOf(hostPort: string, more: Partial<NatsAddress> = {}): NatsAddress {
  const [host = "", port] = hostPort.split(":");
  return { servers: [{ host, port: Number(port) }], tls: false, shown: `nats://${hostPort}`, ...more };
}

export interface Publisher extends AsyncDisposable {
  readonly kind: NatsKind;
  /** Runs one attempt of a task with this part. */
  publish(part: JsonObject, attempt?: Partial<AttemptContext>): Promise<Outcome>;
}

/** The kind with a connection of its own, as a worker has it. */
export function publisherTo(
  address: NatsAddress | string,
  more: Omit<Partial<NatsSettings>, "address"> = {},
): Publisher {
  const settings = { ...defaultNatsSettings, ...more };
  const kind = createNatsKind({ ...settings, address: typeof address === "string" ? addressOf(address) : address });
  return {
    kind,
    publish: (part, attempt) =>
      kind.run(
        render(kind.check(part, "").spec, { input: {}, env: () => undefined, response: () => undefined }),
        attemptContext(attempt),
      ),
    [Symbol.asyncDispose]: () => kind.close(),
  };
}

/** What the stream said of a message that it has. */
export function acknowledgedIn(outcome: Outcome): unknown {
  if (outcome.kind !== "succeeded") throw new Error(JSON.stringify(outcome));
  return outcome.result.response;
}
