import { writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { needsNatsServer } from "../../../support/nats/announced-program.ts";
import { acknowledgedIn, addressOf, publisherTo } from "../../../support/nats/nats-kind.ts";
import { startNatsServer } from "../../../support/nats/nats-server.ts";
import { listener } from "../../../support/nats/no-server.ts";
import { streamsOf } from "../../../support/nats/streams.ts";
import { userCredentials } from "../../../support/nats/user-credentials.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { certificatesIn } from "../../store/mongodb/connection/certificates.ts";

needsNatsServer();

const part = { subject: "events.new" };

test("an attempt that comes while the server is away waits for it, within the time to connect", async () => {
  await using server = await startNatsServer();
  await streamsOf(server).make("EVENTS", ["events.>"]);
  await using publisher = publisherTo(server.address);
  const log = new MemoryLog();
  publisher.kind.prepare(log);
  await server.kill();
  const waiting = publisher.publish(part);
  await eventually("it was refused once", () => log.messages("warn").includes("NATS cannot be reached"));
  await server.restart();
  expect(acknowledgedIn(await waiting)).toEqual({ json: { stream: "EVENTS", seq: 1, duplicate: false } });
});

test("a server that stays away fails the attempt with the reason, and those that come later at once", async () => {
  await using server = await startNatsServer({ later: true });
  await using publisher = publisherTo(server.address, { connectTimeoutMs: 1000 });
  const log = new MemoryLog();
  publisher.kind.prepare(log);
  const refused = {
    kind: "failed",
    retryable: true,
    error: {
      code: "connect_failed",
      message: expect.stringMatching(/^no connection to 127\.0\.0\.1:.* connection refused$/) as string,
    },
    result: { request: part },
  };
  expect(await publisher.publish(part)).toMatchObject(refused);
  // Nobody waits again for a server that is known to be away: each learns from a try of its own.
  const tries = Array.from({ length: 20 }, () => publisher.publish(part));
  for (const outcome of await Promise.all(tries)) expect(outcome).toMatchObject(refused);
  expect(log.messages("warn")).toEqual(["NATS cannot be reached"]); // once an outage
  await server.restart();
  expect(await publisher.publish(part)).toMatchObject({ error: { code: "no_stream" } });
});

test("a killed server that is started again takes the next message on a new connection, and knows a repeated one", async () => {
  await using server = await startNatsServer();
  const streams = streamsOf(server);
  await streams.make("EVENTS", ["events.>"]);
  await using publisher = publisherTo(server.address);
  const log = new MemoryLog();
  publisher.kind.prepare(log);
  await publisher.publish(part, { idempotencyKey: "a" });
  for (const key of ["b", "c"]) {
    await server.kill();
    await server.restart();
    const outcomes = [
      await publisher.publish(part, { idempotencyKey: key }),
      await publisher.publish(part, { idempotencyKey: "a" }),
    ];
    expect(outcomes.map(acknowledgedIn)).toMatchObject([
      { json: { duplicate: false } },
      { json: { seq: 1, duplicate: true } },
    ]);
  }
  expect((await streams.messages("EVENTS")).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  const told = log.lines.map(({ message }) => message);
  expect(told.filter((message) => message === "connected to NATS")).toHaveLength(3);
  expect(told.filter((message) => message.includes("is lost"))).toHaveLength(2);
});

test("a server that is killed while it has a message leaves the attempt without an answer, which fails and may be repeated", async () => {
  await using server = await startNatsServer();
  const streams = streamsOf(server);
  await streams.make("EVENTS", ["events.>"]);
  await using publisher = publisherTo(server.address);
  await publisher.publish(part, { idempotencyKey: "a" });
  await server.freeze();
  const outcome = publisher.publish(part, { idempotencyKey: "b" });
  await server.kill();
  expect(await outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "connection_lost" } });
  await server.restart();
  expect(await publisher.publish(part, { idempotencyKey: "b" })).toMatchObject({ kind: "succeeded" });
});

test("a server that freezes counts as gone after a while of silence, and what it had is repeated when it is back", async () => {
  await using server = await startNatsServer();
  const streams = streamsOf(server);
  await streams.make("EVENTS", ["events.>"]);
  await using publisher = publisherTo(server.address, { maxSilenceMs: 200 });
  // On a busy machine a server that is well may be silent for so long, too.
  const publishes = (idempotencyKey: string) => async () =>
    (await publisher.publish(part, { idempotencyKey })).kind === "succeeded";
  await eventually("it is connected", publishes("a"));
  await server.freeze();
  expect(await publisher.publish(part, { idempotencyKey: "b" })).toMatchObject({
    kind: "failed",
    retryable: true,
    error: { code: "connection_lost" },
  });
  server.thaw();
  await eventually("it is taken", publishes("b"));
  expect((await streams.messages("EVENTS")).map(({ id }) => id)).toEqual(["a", "b"]);
});

test("all attempts share one connection", async () => {
  await using server = await startNatsServer();
  const [host = "", port] = server.address.split(":");
  await using proxy = await listener((socket) => {
    const upstream = connect({ host, port: Number(port) });
    socket.pipe(upstream).pipe(socket);
    upstream.on("error", () => socket.destroy());
  });
  await using publisher = publisherTo(proxy.address);
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => publisher.publish(part)));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ error: { code: "no_stream" } });
  expect(proxy.connections()).toBe(1);
});

/** What a server says first. */
const info = (tls: boolean) =>
  `INFO ${JSON.stringify({ server_id: "a", version: "2.12.0", max_payload: 1024, headers: true, tls_required: tls })}\r\n`;

const silences = [
  ["before it says who it is", () => undefined],
  ["before TLS is made", (socket: Socket) => void socket.write(info(true))],
  ["before it answers the login", (socket: Socket) => void socket.write(info(false))],
] as const;

test.for(silences)(
  "a server that falls silent %s is given up after the time to connect, with no socket left open",
  async ([, onConnection]) => {
    await using silent = await listener(onConnection);
    await using publisher = publisherTo(silent.address, { connectTimeoutMs: 100 });
    for (let tries = 0; tries < 3; tries += 1)
      expect(await publisher.publish(part)).toMatchObject({
        kind: "failed",
        retryable: true,
        error: { code: "connect_timeout", message: expect.stringContaining("within 100 ms") as string },
      });
    await eventually("every connection is closed", () => silent.connections() > 0 && silent.open() === 0);
  },
);

test.for(silences)(
  "a connection that is being made when the worker stops is given up at once, %s",
  async ([stage, onConnection]) => {
    await using silent = await listener(onConnection);
    await using publisher = publisherTo(silent.address, { connectTimeoutMs: 3_600_000 });
    const log = new MemoryLog();
    publisher.kind.prepare(log);
    const outcome = publisher.publish(part);
    await eventually("it is connected to", () => silent.connections() === 1);
    if (stage !== silences[0][0]) await eventually("it goes on", silent.heard);
    await publisher.kind.close();
    await eventually("the connection is closed", () => silent.open() === 0);
    expect(await outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "connect_failed" } });
    expect(await publisher.publish(part)).toMatchObject({ error: { code: "connect_failed" } });
    expect(silent.connections()).toBe(1);
    expect(log.lines).toEqual([]);
  },
);

test("an abort ends the wait for a connection", async () => {
  await using silent = await listener(() => undefined);
  await using publisher = publisherTo(silent.address);
  const controller = new AbortController();
  const outcome = publisher.publish(part, { signal: controller.signal });
  await eventually("it is connected to", () => silent.connections() === 1);
  controller.abort();
  expect(await outcome).toMatchObject({ kind: "interrupted", result: { request: part } });
});

test("of several servers another one is taken where one is away", async () => {
  await using server = await startNatsServer();
  await using away = await startNatsServer({ later: true });
  const servers = [...addressOf(away.address).servers, ...addressOf(server.address).servers];
  for (let run = 0; run < 5; run += 1) {
    await using publisher = publisherTo(addressOf(server.address, { servers }));
    expect(await publisher.publish(part)).toMatchObject({ error: { code: "no_stream" } });
  }
});

test("a host that is not known is told as such", async () => {
  await using publisher = publisherTo("no-such-host.invalid:4222", { connectTimeoutMs: 300 });
  expect(await publisher.publish(part)).toMatchObject({
    retryable: true,
    error: { message: expect.stringContaining("no-such-host.invalid") as string },
  });
});

test.for([
  ["a user and a password", "authorization { user: me, password: hunter2 }", { user: "me", password: "hunter2" }],
  ["a token", "authorization { token: hunter2 }", { token: "hunter2" }],
] as const)("%s open the server, wrong ones do not and are told nowhere", async ([, config, login]) => {
  await using server = await startNatsServer({ config });
  const outcomes = [];
  for (const given of [login, undefined, "token" in login ? { token: "wr0ng" } : { user: "me", password: "wr0ng" }]) {
    await using publisher = publisherTo(addressOf(server.address, given === undefined ? {} : { login: given }));
    outcomes.push(await publisher.publish(part));
  }
  const refused = { kind: "failed", retryable: true, error: { code: "auth_failed" } };
  expect(outcomes).toMatchObject([{ error: { code: "no_stream" } }, refused, refused]);
  expect(JSON.stringify(outcomes)).not.toMatch(/hunter2|wr0ng/);
});

test("a file of credentials is read for each connection, and one that is not there is named by its setting", async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, "user.creds");
  const { config, credentials } = userCredentials();
  await using server = await startNatsServer({ plain: true, config });
  await using publisher = publisherTo(server.address, { credentialsFile: file });
  // Whoever starts a worker is told; here it went later.
  expect(() => publisher.kind.prepare(new MemoryLog())).toThrow(/^nats_credentials_file: .*user\.creds cannot be read/);
  const failed = { kind: "failed", retryable: true, error: { code: "auth_failed" } };
  const outcome = await publisher.publish(part);
  expect(outcome).toMatchObject(failed);
  expect(outcome).toMatchObject({
    error: { message: expect.stringContaining("nats_credentials_file cannot be read") as string },
  });
  await writeFile(file, "no credentials");
  expect(await publisher.publish(part)).toMatchObject({
    error: { code: "auth_failed", message: expect.stringContaining("holds no JWT and seed") as string },
  });
  await writeFile(file, userCredentials().credentials); // of somebody whom the server does not know
  expect(await publisher.publish(part)).toMatchObject(failed);
  await writeFile(file, credentials);
  expect(await publisher.publish(part)).toMatchObject({ error: { code: "no_stream" } });
});

test("TLS is made with a certificate that the given authority has signed for the host, and with no other", async () => {
  await using folder = await tempFolder();
  const certificates = await certificatesIn(folder.path);
  const [own, foreign] = [
    await certificates.issue("own", "IP:127.0.0.1,DNS:localhost"),
    await certificates.issue("foreign", "DNS:other"),
  ];
  const tls = (file: string) => ({ config: `tls { cert_file: "${file}", key_file: "${file}" }` });
  await using server = await startNatsServer(tls(own));
  await using other = await startNatsServer(tls(foreign));
  const codeOf = async (address: string, tlsCaFile?: string) => {
    await using publisher = publisherTo(
      addressOf(address, { tls: true }),
      tlsCaFile === undefined ? {} : { tlsCaFile },
    );
    const outcome = await publisher.publish(part);
    return outcome.kind === "failed" ? outcome.error.code : outcome.kind;
  };
  expect(await codeOf(server.address, certificates.authority)).toBe("no_stream"); // the connection was made
  expect(await codeOf(server.address.replace("127.0.0.1", "localhost"), certificates.authority)).toBe("no_stream");
  expect(await codeOf(server.address)).toBe("tls_failed");
  expect(await codeOf(other.address, certificates.authority)).toBe("tls_failed");
  expect(await codeOf(server.address, join(folder.path, "missing.pem"))).toBe("tls_failed");
});

test("where TLS is asked for, a server without it is not used", async () => {
  await using server = await startNatsServer();
  await using publisher = publisherTo(addressOf(server.address, { tls: true }));
  expect(await publisher.publish(part)).toMatchObject({ kind: "failed", error: { code: "tls_failed" } });
});
