import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { settingNames, settingOf } from "../../../src/config/config.ts";
import { variableOf } from "../../../src/config/setting.ts";
import { type Sample, samples } from "../../support/config/settings-samples.ts";
import { checkout } from "../../support/product/checkout.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { command } from "../commands/command.ts";

/** The original's `debug_log` is another name for a log level, and would be shown as that. */
const names = settingNames.filter((name) => name !== "debugLog");

type Shown = Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>;

let byFile: Shown;
let byVariable: Shown;
let file: string;

/** All of them at once: what they are with each other is told elsewhere. */
beforeAll(async () => {
  await using folder = await tempFolder();
  file = join(folder.path, "config.yaml");
  const lines = names.map((name) => `${settingOf(name).key}: ${samples[name].file[0]}\n`);
  await writeFile(file, lines.join(""));
  const show = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const { stdout, stderr } = await command([...args, "config", "--json"], { env, cwd: checkout });
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as Shown;
  };
  byFile = await show(["--config", file], {});
  const variables = names.map((name) => [variableOf(settingOf(name).key), samples[name].variable[0]] as const);
  byVariable = await show([], Object.fromEntries(variables));
});

test.each(names)("config shows %s as the file or the environment says it, and no secret", (name) => {
  const { key, type, secret } = settingOf(name);
  const sample: Sample<unknown> = samples[name];
  const shown = (value: unknown): unknown =>
    secret === "whole" && name !== "apiTokens" ? "***" : masked(type.show(value));
  const line = names.indexOf(name) + 1;
  expect(byFile[key]).toEqual({ value: shown(sample.file[1]), origin: `${file}:${line}` });
  expect(byVariable[key]).toEqual({ value: shown(sample.variable[1]), origin: variableOf(key) });
});

/** The hash of a token is enough to try tokens against. */
function masked(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/sha256:[0-9a-f]{64}/g, "***"));
}
