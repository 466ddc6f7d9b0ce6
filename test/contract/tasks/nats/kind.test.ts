import { connect } from "@nats-io/transport-node";
import { createNatsKind } from "../../../../src/tasks/nats/nats-kind.ts";
import { defaultNatsSettings } from "../../../../src/tasks/nats/settings.ts";
import { needsNatsServer } from "../../../support/nats/announced-program.ts";
import { addressOf } from "../../../support/nats/nats-kind.ts";
import { startNatsServer } from "../../../support/nats/nats-server.ts";
import { streamsOf } from "../../../support/nats/streams.ts";
import { describeKind } from "../kind-contract.ts";

needsNatsServer();

describeKind(async () => {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(await startNatsServer());
  const streams = streamsOf(server);
  await streams.make("ALL", ["all.>"]);
  const listener = await connect({ servers: server.address });
  parts.defer(() => listener.close());
  let heard = 0;
  // Somebody who listens and never answers: an attempt waits for a stream until it is aborted.
  listener.subscribe("silent", { callback: () => void (heard += 1) });
  await listener.flush();
  const kind = createNatsKind({ ...defaultNatsSettings, address: addressOf(server.address) });
  parts.defer(() => kind.close());
  let open = 0;
  const kept = parts.move();
  return {
    kind: {
      ...kind,
      async run(spec, attempt) {
        open += 1;
        return kind.run(spec as Parameters<typeof kind.run>[0], attempt).finally(() => (open -= 1));
      },
    },
    succeeds: { subject: "all.here", data: { text: "${workflow.input.text}" } },
    fails: { subject: "nowhere" },
    hangs: { subject: "silent" },
    // The other end never learns that nobody waits any more.
    running: () => (heard > 0 ? open : 0),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
});
