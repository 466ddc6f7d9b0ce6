import { expect, test } from "vitest";
import { load } from "./loading.ts";

async function warningsOf(given: Parameters<typeof load>[0]): Promise<readonly string[]> {
  return (await load(given)).warnings;
}

test("a configuration without oddities warns of nothing", async () => {
  const environment = { WORKFLOWS_SERVER: "http://h", WORKFLOWS_TOKEN: "t", WORKFLOWS_LEASE: "20s", OTHER: "x" };
  expect(await warningsOf({ file: "concurrency: 5", environment })).toEqual([]);
});

test("the topic of the original's worker is taken as the topics of ours, with a warning", async () => {
  const inFile = await load({ file: "nats_subscriber_topic: generate_artifact\n" });
  expect(inFile.config.topics).toEqual(["generate_artifact"]);
  expect(inFile.warnings).toEqual(["config.yaml:1: nats_subscriber_topic is taken as topics, as it is called here"]);
  const environment = { WORKFLOWS_NATS_SUBSCRIBER_TOPIC: "generate_artifact" };
  expect((await load({ environment })).config.topics).toEqual(["generate_artifact"]);
  const both = { WORKFLOWS_TOPICS: "reports", ...environment };
  expect((await load({ environment: both })).config.topics).toEqual(["reports"]);
});

test("keys of later versions of the original are accepted, one warning each", async () => {
  const file = [
    "nats.consumer.durable: x",
    "nats_subscriber_durable: x",
    "nats:",
    "  consumer:",
    "    ack_wait: 30s",
    "    max_deliver: 3",
    "  stream:",
    "    replicas: 1",
    "nats.stream.max_age: 1d",
  ].join("\n");
  const environment = { WORKFLOWS_NATS_SUBSCRIBER_DURABLE: "x", WORKFLOWS_NATS_CONSUMER_MAX_DELIVER: "3" };
  const warnings = await warningsOf({ file, environment });
  expect(warnings.map((warning) => warning.split(" belongs ")[0])).toEqual([
    "config.yaml:1: nats.consumer.durable",
    "config.yaml:2: nats_subscriber_durable",
    "config.yaml:5: nats.consumer.ack_wait",
    "config.yaml:6: nats.consumer.max_deliver",
    "config.yaml:8: nats.stream.replicas",
    "config.yaml:9: nats.stream.max_age",
    "environment: WORKFLOWS_NATS_SUBSCRIBER_DURABLE",
    "environment: WORKFLOWS_NATS_CONSUMER_MAX_DELIVER",
  ]);
});

test("the stream's name of the original's files means what it meant there, and says so", async () => {
  expect(await warningsOf({ file: "nats_uri: nats://h\nnats_stream_name: WORKFLOWS" })).toEqual([
    "config.yaml:2: nats_stream_name: the subjects of nats tasks begin with it and a dot, as in Mender's service",
  ]);
});

test("settings of nats tasks have no effect without a server, and say so", async () => {
  const file = "nats_stream_name: WORKFLOWS\nnats_tls_ca: a.pem\nnats_credentials_file: a.creds";
  expect((await warningsOf({ file })).toSorted()).toEqual([
    "config.yaml:1: nats_stream_name, nats_tls_ca and nats_credentials_file have no effect: nats_uri is not set, so there are no nats tasks",
  ]);
  expect(await warningsOf({ file: "nats_uri: nats://h\nnats_insecure_login: true" })).toEqual([
    "config.yaml:2: nats_insecure_login has no effect: nats_uri has no login",
  ]);
});

test("settings of the store that is not in use have no effect, and say so", async () => {
  const mongo = "mongo-dbname: x\nmongo_password: hunter2\nbus: off\n";
  expect(await warningsOf({ file: `sqlite_path: /w.db\n${mongo}` })).toEqual([
    "config.yaml:2: mongo-dbname, mongo_password and bus have no effect: mongo-url is not set, so the store is SQLite in /w.db",
  ]);
  expect(
    await warningsOf({ file: "sqlite_path: /w.db\nbus: off", environment: { WORKFLOWS_MONGO_USERNAME: "u" } }),
  ).toEqual([
    "WORKFLOWS_MONGO_USERNAME: mongo_username has no effect: mongo-url is not set, so the store is SQLite in /w.db",
    "config.yaml:2: bus has no effect: mongo-url is not set, so the store is SQLite in /w.db",
  ]);
  const environment = { WORKFLOWS_MONGO_URL: "mongodb://h", WORKFLOWS_MONGO_USERNAME: "u" };
  expect(await warningsOf({ file: mongo, environment, flags: { sqlitePath: "x" } })).toEqual([
    "--sqlite-path: sqlite_path has no effect: mongo-url is set, so the store is MongoDB",
  ]);
});

test("settings of a login or an encryption that is not there have no effect, and say so", async () => {
  const file =
    "smtp_auth_mechanism: PLAIN\nsmtp_insecure_login: true\nsmtp_tls: off\nsmtp_tls_ca: /ca.pem\nsmtp_tls_skipverify: true";
  expect(await warningsOf({ file })).toEqual([
    "config.yaml:4: smtp_tls_ca and smtp_tls_skipverify have no effect: smtp_tls is off",
    "config.yaml:1: smtp_auth_mechanism and smtp_insecure_login have no effect: smtp_username is not set, so there is no login",
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
