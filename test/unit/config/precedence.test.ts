import { expect, test } from "vitest";
import { defaultConfig, settingNames, settings } from "../../../src/config/config.ts";
import { variableOf } from "../../../src/config/setting.ts";
import { formatOrigin } from "../../../src/config/source.ts";
import { type Sample, samples } from "../../support/config/settings-samples.ts";
import { load } from "./loading.ts";

test.each(settingNames)("%s: the file over the default, the environment over the file", async (name) => {
  const { key } = settings[name];
  const sample: Sample<unknown> = samples[name];
  const [inFile, fileValue] = sample.file;
  const [inVariable, variableValue] = sample.variable;
  const { beside = "" } = sample;
  const variable = variableOf(key);

  const byDefault = await load({});
  expect(byDefault.config[name]).toEqual(defaultConfig[name]);
  expect(formatOrigin(byDefault.origins[name])).toBe("default");

  const byFile = await load({ file: `# settings\n${key}: ${inFile}\n${beside}` });
  expect(byFile.config[name]).toEqual(fileValue);
  expect(formatOrigin(byFile.origins[name])).toMatch(/config\.yaml:2$/);

  const byVariable = await load({ file: `${key}: ${inFile}\n${beside}`, environment: { [variable]: inVariable } });
  expect(byVariable.config[name]).toEqual(variableValue);
  expect(formatOrigin(byVariable.origins[name])).toBe(variable);
});

test.each(settingNames)("%s: in a file, dashes and underscores are the same", async (name) => {
  const { key } = settings[name];
  const { file, beside = "" }: Sample<unknown> = samples[name];
  const [written, value] = file;
  for (const spelling of [key.replaceAll("_", "-"), key.replaceAll("-", "_")])
    expect((await load({ file: `${spelling}: ${written}\n${beside}` })).config[name]).toEqual(value);
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

test("an empty text in a file gives nothing, except where it is a value", async () => {
  const file = 'listen: ""\nconcurrency: \'\'\nenv_allowed: ""\nidempotency_header: ""\n';
  const { config, origins } = await load({ file });
  expect(config).toEqual({ ...defaultConfig, envAllowed: [], idempotencyHeader: "" });
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
