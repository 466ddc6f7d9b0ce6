import { expect, test } from "vitest";
import { load } from "./loading.ts";

async function warningsOf(given: Parameters<typeof load>[0]): Promise<readonly string[]> {
  return (await load(given)).warnings;
}

test("a configuration without oddities warns of nothing", async () => {
  const environment = { WORKFLOWS_SERVER: "http://h", WORKFLOWS_TOKEN: "t", WORKFLOWS_LEASE: "20s", OTHER: "x" };
  expect(await warningsOf({ file: "concurrency: 5", environment })).toEqual([]);
});

test("keys of later versions of the original are accepted, one warning each", async () => {
  const file = [
    "nats_stream_name: WORKFLOWS",
    "nats-subscriber-topic: default",
    "nats_subscriber_durable: x",
    "nats:",
    "  consumer:",
    "    ack_wait: 30s",
    "    max_deliver: 3",
    "  stream:",
    "    replicas: 1",
    "nats.stream.max_age: 1d",
  ].join("\n");
  const warnings = await warningsOf({ file, environment: { WORKFLOWS_NATS_STREAM_NAME: "x" } });
  expect(warnings.map((warning) => warning.split(" belongs ")[0])).toEqual([
    "config.yaml:1: nats_stream_name",
    "config.yaml:2: nats-subscriber-topic",
    "config.yaml:3: nats_subscriber_durable",
    "config.yaml:6: nats.consumer.ack_wait",
    "config.yaml:7: nats.consumer.max_deliver",
    "config.yaml:9: nats.stream.replicas",
    "config.yaml:10: nats.stream.max_age",
    "environment: WORKFLOWS_NATS_STREAM_NAME",
  ]);
});

test("settings of features that come later are accepted with a line that they have no effect yet", async () => {
  const environment = { WORKFLOWS_SMTP_HOST: "mail:25", WORKFLOWS_NATS_URI: "nats://h:4222" };
  expect(await warningsOf({ file: "", environment })).toEqual([
    "WORKFLOWS_SMTP_HOST: smtp_host has no effect yet: this version comes without the smtp task",
    "WORKFLOWS_NATS_URI: nats_uri has no effect yet: this version comes without the nats task",
  ]);
});

test("settings of the store that is not in use have no effect, and say so", async () => {
  const mongo = "mongo-dbname: x\nmongo_password: hunter2\nbus: off\n";
  expect(await warningsOf({ file: `sqlite_path: /w.db\n${mongo}` })).toEqual([
    "config.yaml:2: mongo-dbname has no effect: mongo-url is not set, so the store is SQLite in /w.db",
    "config.yaml:3: mongo_password has no effect: mongo-url is not set, so the store is SQLite in /w.db",
    "config.yaml:4: bus has no effect: mongo-url is not set, so the store is SQLite in /w.db",
  ]);
  const environment = { WORKFLOWS_MONGO_URL: "mongodb://h", WORKFLOWS_MONGO_USERNAME: "u" };
  expect(await warningsOf({ file: mongo, environment, flags: { sqlitePath: "x" } })).toEqual([
    "--sqlite-path: sqlite_path has no effect: mongo-url is set, so the store is MongoDB",
  ]);
});

test("an unknown variable warns; those of Kubernetes together, and with no guess what was meant", async () => {
  const environment = {
    WORKFLOWS_CONCURENCY: "5",
    WORKFLOWS_PORT: "tcp://10.0.0.1:8080",
    WORKFLOWS_PORT_8080_TCP_ADDR: "10.0.0.1",
    WORKFLOWS_SERVICE_HOST: "10.0.0.1",
    WORKFLOWS_SERVICE_PORT_HTTP: "8080",
  };
  expect(await warningsOf({ environment })).toEqual([
    "environment: WORKFLOWS_CONCURENCY is not a setting and has no effect: did you mean WORKFLOWS_CONCURRENCY?",
    "environment: not settings, without effect: WORKFLOWS_PORT, WORKFLOWS_PORT_8080_TCP_ADDR, WORKFLOWS_SERVICE_HOST, WORKFLOWS_SERVICE_PORT_HTTP",
  ]);
});
