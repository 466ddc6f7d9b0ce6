import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { buildProgram } from "../../../src/commands/program.ts";

const page = await readFile(new URL("../../../docs/reference/command-line.md", import.meta.url), "utf8");

function commandsOf(command: Command, path: readonly string[] = []): { path: readonly string[]; command: Command }[] {
  return command.commands.flatMap((child) => {
    const here = [...path, child.name()];
    return [{ path: here, command: child }, ...commandsOf(child, here)];
  });
}

const program = buildProgram(() => undefined);
const leaves = commandsOf(program).filter(({ command }) => command.commands.length === 0);

test.each(leaves.map(({ path, command }) => [path.join(" "), command] as const))(
  "the reference tells of %s",
  (name, command) => {
    expect(page).toMatch(new RegExp(`\`${name}[ \`]`));
    for (const { long } of command.options) expect(page, `${name} ${long}`).toMatch(new RegExp(`\`${long}[ \`]`));
  },
);

test("the reference tells of the options of every command", () => {
  for (const { long } of program.options) expect(page).toMatch(new RegExp(`\`${long}[ \`]`));
});

test("the reference names no option that there is not", () => {
  const known = new Set(
    [program, ...leaves.map(({ command }) => command)].flatMap(({ options }) => options.map(({ long }) => long)),
  );
  const told = [...page.matchAll(/`(--[a-zA-Z-]+)/g)].map(([, option]) => option);
  expect(told.filter((option) => !known.has(option) && !["--help", "--version"].includes(option ?? ""))).toEqual([]);
});
