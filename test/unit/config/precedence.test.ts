import { resolve } from "node:path";
import { expect, test } from "vitest";
import { type Config, defaultConfig, type SettingName, settingNames, settings } from "../../../src/config/config.ts";
import { variableOf } from "../../../src/config/setting.ts";
import { formatOrigin } from "../../../src/config/source.ts";
import { load } from "./loading.ts";

const hashA = `sha256:${"a".repeat(64)}`;
const hashB = `sha256:${"b".repeat(64)}`;
const alwaysSecret = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

interface Sample<Value> {
  /** As it stands in a YAML file, and what it means. */
  readonly file: readonly [written: string, value: Value];
  /** As it stands in the environment, and what it means. */
  readonly variable: readonly [written: string, value: Value];
}

type Samples = { readonly [Name in SettingName]: Sample<Config[Name]> };

const text = { file: ["from-file", "from-file"], variable: ["from-variable", "from-variable"] } as const;
const yes = { file: ["yes", true], variable: ["1", true] } as const;

const samples: Samples = {
  listen: {
    file: ["localhost:9000", { host: "localhost", port: 9000, written: "localhost:9000" }],
    variable: ["[::1]:0", { host: "::1", port: 0, written: "[::1]:0" }],
  },
  apiTokens: {
    file: [`[{name: ci, role: start, hash: "${hashA}"}]`, [{ name: "ci", role: "start", hash: hashA }]],
    variable: [`[{"name":"me","role":"admin","hash":"${hashB}"}]`, [{ name: "me", role: "admin", hash: hashB }]],
  },
  allowUnauthenticated: yes,
  allowedHosts: {
    file: ["[a.example, b.example]", ["a.example", "b.example"]],
    variable: ["c.example", ["c.example"]],
  },
  idempotencyWindowMs: { file: ["2h", 7_200_000], variable: ["0", 0] },
  sqlitePath: { file: ["a.db", resolve("a.db")], variable: ["/var/b.db", "/var/b.db"] },
  retentionMs: { file: ["7d", 604_800_000], variable: ["0", 0] },
  mongoUrl: { file: ["mongodb://a", "mongodb://a"], variable: ["mongodb+srv://b", "mongodb+srv://b"] },
  mongoDbname: text,
  mongoSsl: yes,
  mongoSslSkipverify: yes,
  mongoUsername: text,
  mongoPassword: { file: ["0123", "0123"], variable: ["secret", "secret"] },
  bus: { file: ["off", false], variable: ["OFF", false] },
  busSizeBytes: { file: ["1MiB", 1_048_576], variable: ["16GiB", 17_179_869_184] },
  workflowsPaths: { file: ["./flows", [resolve("flows")]], variable: ["/a,/b", ["/a", "/b"]] },
  envAllowed: { file: ["[A_*]", ["A_*"]], variable: ["B, C_*", ["B", "C_*"]] },
  secretNames: {
    file: ["[x-pin, cookie]", [...alwaysSecret, "x-pin"]],
    variable: ["pin*", [...alwaysSecret, "pin*"]],
  },
  concurrency: { file: ["7", 7], variable: ["8", 8] },
  graceMs: { file: ["0", 0], variable: ["1m30s", 90_000] },
  leaseMs: { file: ["20", 20_000], variable: ["1m", 60_000] },
  heartbeatMs: { file: ["500ms", 500], variable: ["0.25", 250] },
  sweepMs: { file: ["2s", 2000], variable: ["3", 3000] },
  pollMs: { file: ["100ms", 100], variable: ["200ms", 200] },
  maxLost: { file: ["3", 3], variable: ["4", 4] },
  httpRefusePrivate: yes,
  httpUserAgent: { file: ["mine/1.10", "mine/1.10"], variable: ["", ""] },
  httpAcceptEncoding: { file: ["gzip", "gzip"], variable: ["", ""] },
  idempotencyHeader: { file: ["X-Request-Key", "X-Request-Key"], variable: ["", ""] },
  httpMaxConnections: { file: ["5", 5], variable: ["6", 6] },
  maxInputBytes: { file: ["1KiB", 1024], variable: ["2048", 2048] },
  maxInputDepth: { file: ["5", 5], variable: ["6", 6] },
  maxInputValues: { file: ["50", 50], variable: ["60", 60] },
  maxResultBytes: { file: ["2MB", 2_000_000], variable: ["1.5MiB", 1_572_864] },
  maxJobBytes: { file: ["16MiB", 16_777_216], variable: ["32MiB", 33_554_432] },
  maxTaskExecutions: { file: ["10", 10], variable: ["20", 20] },
  logLevel: { file: ["warn", "warn"], variable: ["ERROR", "error"] },
  logFormat: { file: ["json", "json"], variable: ["pretty", "pretty"] },
  debugLog: yes,
  allowedBinaries: { file: ["[/bin/ls]", ["/bin/ls"]], variable: ["/bin/a,/bin/b", ["/bin/a", "/bin/b"]] },
  smtpHost: text,
  smtpAuthMechanism: text,
  smtpUsername: text,
  smtpPassword: { file: ["007", "007"], variable: ["secret", "secret"] },
  natsUri: { file: ["nats://a:4222", "nats://a:4222"], variable: ["nats://b:4222", "nats://b:4222"] },
};

test.each(settingNames)("%s: the file over the default, the environment over the file", async (name) => {
  const { key } = settings[name];
  const sample: Sample<unknown> = samples[name];
  const [inFile, fileValue] = sample.file;
  const [inVariable, variableValue] = sample.variable;
  const variable = variableOf(key);

  const byDefault = await load({});
  expect(byDefault.config[name]).toEqual(defaultConfig[name]);
  expect(formatOrigin(byDefault.origins[name])).toBe("default");

  const byFile = await load({ file: `# settings\n${key}: ${inFile}\n` });
  expect(byFile.config[name]).toEqual(fileValue);
  expect(formatOrigin(byFile.origins[name])).toMatch(/config\.yaml:2$/);

  const byVariable = await load({ file: `${key}: ${inFile}\n`, environment: { [variable]: inVariable } });
  expect(byVariable.config[name]).toEqual(variableValue);
  expect(formatOrigin(byVariable.origins[name])).toBe(variable);
});

test.each(settingNames)("%s: in a file, dashes and underscores are the same", async (name) => {
  const { key } = settings[name];
  const [written, value] = (samples[name] as Sample<unknown>).file;
  for (const spelling of [key.replaceAll("_", "-"), key.replaceAll("-", "_")])
    expect((await load({ file: `${spelling}: ${written}\n` })).config[name]).toEqual(value);
});

test("a flag wins over the environment and the file", async () => {
  const { config, origins } = await load({
    file: "listen: 127.0.0.1:1\n",
    environment: { WORKFLOWS_LISTEN: "127.0.0.1:2" },
    flags: { listen: "127.0.0.1:3" },
  });
  expect(config.listen.port).toBe(3);
  expect(formatOrigin(origins.listen)).toBe("--listen");
});

test("an empty variable gives nothing, except where the empty text is a value", async () => {
  const environment = { WORKFLOWS_LISTEN: "", WORKFLOWS_CONCURRENCY: "", WORKFLOWS_ENV_ALLOWED: "" };
  const { config, origins } = await load({ environment });
  expect(config).toEqual({ ...defaultConfig, envAllowed: [] });
  expect(origins.listen).toEqual({ from: "default" });
});

test("a key without a value gives nothing", async () => {
  expect((await load({ file: "listen:\nconcurrency: ~\n" })).config).toEqual(defaultConfig);
  expect((await load({ file: "" })).config).toEqual(defaultConfig);
  expect((await load({ file: "# nothing yet\n" })).config).toEqual(defaultConfig);
});

test("a file may be JSON", async () => {
  const { config, origins } = await load({ file: '{\n  "listen": "127.0.0.1:1",\n  "allow-unauthenticated": true\n}' });
  expect(config).toMatchObject({ listen: { port: 1 }, allowUnauthenticated: true });
  expect(formatOrigin(origins.allowUnauthenticated)).toMatch(/:3$/);
});

test.each([
  ["debug_log: true", {}, "debug"],
  ["debug_log: true\nlog_level: warn", {}, "debug"],
  ["debug_log: true\nlog_level: trace", {}, "trace"],
  ["debug_log: true", { WORKFLOWS_LOG_LEVEL: "warn" }, "warn"],
  ["log_level: warn", { WORKFLOWS_DEBUG_LOG: "true" }, "debug"],
  ["debug_log: false\nlog_level: warn", {}, "warn"],
])("the log level of %j with %j is %s", async (file, environment: Record<string, string>, level) => {
  expect((await load({ file, environment })).config.logLevel).toBe(level);
});
