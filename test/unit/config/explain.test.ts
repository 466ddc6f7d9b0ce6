import { expect, test } from "vitest";
import { settingNames, settings } from "../../../src/config/config.ts";
import { explainConfig } from "../../../src/config/explain.ts";
import { load } from "./loading.ts";

test("every setting is told with its origin", async () => {
  const explained = explainConfig(await load({ file: "\n\nlease: 20", environment: { WORKFLOWS_GRACE: "0" } }));
  expect(explained.map(({ key }) => key)).toEqual(settingNames.map((name) => settings[name].key));
  const rows = new Map(explained.map((row) => [row.key, row]));
  expect(rows.get("lease")).toEqual({ key: "lease", value: "20s", origin: expect.stringMatching(/config\.yaml:3$/) });
  expect(rows.get("grace")).toEqual({ key: "grace", value: "0s", origin: "WORKFLOWS_GRACE" });
  expect(rows.get("mongo-url")).toEqual({ key: "mongo-url", value: null, origin: "default" });
});

test("no secret is told", async () => {
  const hash = `sha256:${"5ec".repeat(21)}5`;
  const file = [
    "smtp_username: fleet",
    "smtp_password: hunter2-smtp",
    "mongo_password: hunter2-mongo",
    "nats_uri: tls://user:hunter2-nats@h:4222",
    "http_user_agent: see http://me:hunter2-agent@h/",
    `api_tokens: [{name: ci, role: start, hash: "${hash}"}]`,
  ].join("\n");
  const explained = explainConfig(await load({ file }));
  expect(JSON.stringify(explained)).not.toMatch(/hunter2|5ec5ec/);
  const values = new Map(explained.map(({ key, value }) => [key, value]));
  expect(values.get("smtp_password")).toBe("***");
  expect(values.get("nats_uri")).toBe("tls://***@h:4222");
  expect(values.get("api_tokens")).toEqual([{ name: "ci", role: "start", hash: "***" }]);
});

test.each([
  ["mongodb://user:hunter2@h:27017/db?w=1", "mongodb://***@h:27017/db?w=1"],
  ["mongodb+srv://user:hunt/er2@x?y#z@h", "mongodb+srv://***@h"],
  ["user:hunter2@h", "***@h"],
  [
    "mongodb://h/?tlsCertificateKeyFilePassword=hunter2&tls=true",
    "mongodb://h/?tlsCertificateKeyFilePassword=***&tls=true",
  ],
  ["mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:hunter2", "mongodb://h/?authMechanismProperties=***"],
])("the address %s is told without its secrets", async (url, told) => {
  const explained = explainConfig(await load({ environment: { WORKFLOWS_MONGO_URL: url } }));
  expect(explained.find(({ key }) => key === "mongo-url")?.value).toBe(told);
});

test("what `config` tells can be written into a file and means the same", async () => {
  const first = await load({
    environment: { WORKFLOWS_LISTEN: ":80", WORKFLOWS_GRACE: "90s", WORKFLOWS_RETENTION: "0" },
  });
  const file = explainConfig(first)
    .filter(({ value }) => value !== null)
    .map(({ key, value }) => `${key}: ${JSON.stringify(value)}`)
    .join("\n");
  expect((await load({ file })).config).toEqual(first.config);
});
