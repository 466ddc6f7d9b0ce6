import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { renderReference } from "../../../checks/reference/configuration.ts";
import { settingNames, settings } from "../../../src/config/config.ts";

const page = new URL("../../../docs/reference/configuration.md", import.meta.url);

test("the reference says what the table of settings says", async () => {
  expect(await readFile(page, "utf8")).toBe(renderReference());
});

test("the reference names every setting once, with its default", async () => {
  const text = await readFile(page, "utf8");
  for (const name of settingNames) expect(text.split(`| \`${settings[name].key}\` |`), name).toHaveLength(2);
});
