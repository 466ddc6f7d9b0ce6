import { connect } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import type { NatsSettings } from "../../../../src/tasks/nats/settings.ts";
import { needsNatsServer } from "../../../support/nats/announced-program.ts";
import { acknowledgedIn, addressOf, type Publisher, publisherTo } from "../../../support/nats/nats-kind.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../../../support/nats/nats-server.ts";
import { type Streams, streamsOf } from "../../../support/nats/streams.ts";

needsNatsServer();

interface Scene extends Publisher {
  readonly server: NatsServer;
  readonly streams: Streams;
}

/** A server with a stream EVENTS that takes `events.>`, and a worker's end of it. */
async function scene(options: NatsServerOptions = {}, settings: Partial<NatsSettings> = {}): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(await startNatsServer(options));
  const streams = streamsOf(server);
  await streams.make("EVENTS", ["events.>"]);
  const publisher = parts.use(publisherTo(server.address, settings));
  const kept = parts.move();
  return { ...publisher, server, streams, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

test("a message counts as published when the stream has it, under the number that it tells", async () => {
  await using here = await scene();
  const outcome = await here.publish({ subject: "events.new", data: { id: 1 } }, { idempotencyKey: "key-1" });
  expect(outcome).toEqual({
    kind: "succeeded",
    result: {
      request: { server: `nats://${here.server.address}`, subject: "events.new", data: '{"id":1}' },
      response: { json: { stream: "EVENTS", seq: 1, duplicate: false } },
    },
  });
  expect(await here.streams.messages("EVENTS")).toEqual([
    { subject: "events.new", seq: 1, id: "key-1", data: { id: 1 } },
  ]);
});

test("a repeated attempt adds nothing to the stream, and is told so", async () => {
  await using here = await scene();
  const part = { subject: "events.new", data: 1 };
  const attempts = [
    await here.publish(part, { idempotencyKey: "a" }),
    await here.publish(part, { idempotencyKey: "a" }),
    await here.publish(part, { idempotencyKey: "b" }),
  ];
  expect(attempts.map(acknowledgedIn)).toEqual([
    { json: { stream: "EVENTS", seq: 1, duplicate: false } },
    { json: { stream: "EVENTS", seq: 1, duplicate: true } },
    { json: { stream: "EVENTS", seq: 2, duplicate: false } },
  ]);
});

test("a subject that no stream takes is a failure that says which, where and what to do, and heals when a stream is made", async () => {
  await using here = await scene();
  const outcome = await here.publish({ subject: "evnets.new" });
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "no_stream" } });
  expect(outcome).toMatchObject({ error: { message: expect.stringContaining('the subject "evnets.new"') as string } });
  expect(outcome).toMatchObject({ error: { message: expect.stringContaining(here.server.address) as string } });
  expect(outcome).toMatchObject({ result: { request: { subject: "evnets.new" } } });
  for (let stream = 1; ; stream += 1) {
    const later = here.publish({ subject: `late${stream}.new` });
    await here.streams.make(`LATE${stream}`, [`late${stream}.>`]);
    if ((await later).kind === "succeeded") break; // it was made while the attempt went on: for half a second it tries again
  }
});

test("so is a server without JetStream", async () => {
  await using server = await startNatsServer({ plain: true });
  await using publisher = publisherTo(server.address);
  expect(await publisher.publish({ subject: "a" })).toMatchObject({
    kind: "failed",
    error: { code: "no_stream", message: expect.stringContaining("JetStream must be on") as string },
  });
});

test("where only programs listen to a subject and no stream does, nothing counts as published", async () => {
  await using here = await scene();
  await using impatient = publisherTo(here.server.address, { responseTimeoutMs: 200 });
  const listener = await connect({ servers: here.server.address });
  listener.subscribe("silent", { callback: () => undefined });
  listener.subscribe("chatty", { callback: (_error, message) => void message.respond("hello") });
  listener.subscribe("polite", { callback: (_error, message) => void message.respond('{"ok":true}') });
  await listener.flush();
  expect(await impatient.publish({ subject: "silent" })).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "response_timeout", message: expect.stringContaining("within 200 ms") as string },
  });
  for (const subject of ["chatty", "polite"])
    expect(await here.publish({ subject })).toMatchObject({ kind: "failed", error: { code: "response_invalid" } });
  await listener.close();
});

test("a message over the limit of the server, or of the stream, fails for good and says the limit", async () => {
  await using here = await scene({ config: "max_payload: 1KB" });
  await here.streams.make("SMALL", ["small"], { max_msg_size: 100 });
  const data = "x".repeat(1024);
  expect(await here.publish({ subject: "events.large", data })).toMatchObject({
    kind: "failed",
    retryable: false,
    error: { code: "message_too_large", message: expect.stringMatching(/has 1026 bytes.* takes 1024 /) as string },
  });
  expect(await here.publish({ subject: "small", data: "x".repeat(200) })).toMatchObject({
    kind: "failed",
    retryable: false,
    error: { code: "message_too_large", message: expect.stringContaining("size") as string },
  });
  expect(await here.publish({ subject: "events.small" })).toMatchObject({ kind: "succeeded" });
});

test("a stream that is full refuses with its reason, and may take the message later", async () => {
  await using here = await scene();
  await here.streams.make("FULL", ["full"], { max_msgs: 1, discard: "new" });
  expect(await here.publish({ subject: "full" }, { idempotencyKey: "1" })).toMatchObject({ kind: "succeeded" });
  expect(await here.publish({ subject: "full" }, { idempotencyKey: "2" })).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "publish_refused", message: expect.stringContaining("maximum messages exceeded") as string },
  });
});

test("a login that may not publish there is told so at once", async () => {
  const config =
    'authorization { users: [{ user: a, password: b }, { user: w, password: x, permissions: { publish: "events.>" } }] }';
  await using server = await startNatsServer({ config });
  const streams = streamsOf(server, { user: "a", pass: "b" });
  await streams.make("EVENTS", ["events.>", "secret.>"]);
  await using publisher = publisherTo(addressOf(server.address, { login: { user: "w", password: "x" } }));
  expect(await publisher.publish({ subject: "secret.plans" })).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "not_permitted", message: expect.stringContaining("secret.plans") as string },
  });
  expect(await publisher.publish({ subject: "events.new" })).toMatchObject({ kind: "succeeded" });
});

test("a message that is wrong itself is never sent, and no connection is made for it", async () => {
  await using publisher = publisherTo("127.0.0.1:1");
  expect(await publisher.publish({ subject: "a.${workflow.input.missing}" })).toMatchObject({
    kind: "failed",
    retryable: false,
    error: { code: "subject_invalid" },
  });
});

test("a worker without a server in its configuration says so", async () => {
  await using here = await scene();
  const { spec } = here.kind.check({ subject: "a" }, "");
  const { createNatsKind } = await import("../../../../src/tasks/nats/nats-kind.ts");
  const { defaultNatsSettings } = await import("../../../../src/tasks/nats/settings.ts");
  const { attemptContext } = await import("../../../support/worker/attempt-context.ts");
  const { render } = await import("../../../../src/template/render.ts");
  const scope = { input: {}, env: () => undefined, response: () => undefined };
  const kind = createNatsKind(defaultNatsSettings);
  expect(await kind.run(render(spec, scope), attemptContext())).toMatchObject({
    kind: "failed",
    error: { code: "not_configured", message: expect.stringContaining("nats_uri") as string },
  });
});

test("an installation's prefix stands before every subject", async () => {
  await using here = await scene({}, { subjectPrefix: "events" });
  expect(await here.publish({ subject: "reporting" })).toMatchObject({
    kind: "succeeded",
    result: { request: { subject: "events.reporting" } },
  });
});

test("a secret is not in what is stored of a message, however it is written there", async () => {
  await using here = await scene();
  const secrets = ['hunter"2', "acme"];
  const outcome = await here.publish({ subject: "events.acme", data: { password: 'hunter"2' } }, { secrets });
  expect(outcome).toMatchObject({
    kind: "succeeded",
    result: { request: { subject: "events.***", data: '{"password":"***"}' } },
  });
  expect(await here.publish({ subject: "nowhere.acme" }, { secrets })).toMatchObject({
    error: { code: "no_stream", message: expect.stringContaining('the subject "nowhere.***"') as string },
  });
});
