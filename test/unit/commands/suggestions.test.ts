import { type Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { buildProgram } from "../../../src/commands/program.ts";

/** A command with the words that lead to it. */
interface Placed {
  readonly words: readonly string[];
  readonly command: Command;
}

function below(command: Command, words: readonly string[] = []): Placed[] {
  return command.commands.flatMap((child) => {
    const here = [...words, child.name()];
    return [{ words: here, command: child }, ...below(child, here)];
  });
}

const visible = below(buildProgram(() => undefined)).filter(({ words }) => words[0] !== "complete");

/** What is said of a command line that is refused; no action of any command runs. */
async function refusalOf(words: readonly string[]): Promise<string> {
  const program = buildProgram(() => undefined);
  let said = "";
  for (const { command } of [{ command: program }, ...below(program)])
    command.configureOutput({ writeErr: (text) => void (said += text) });
  const refusal = program.parseAsync([...words], { from: "user" });
  await expect(refusal, words.join(" ")).rejects.toBeInstanceOf(CommanderError);
  return said;
}

test("whichever command is misspelt, the right one is named", async () => {
  expect(visible.length).toBeGreaterThan(30);
  for (const { words } of visible) {
    const wrong = [...words.slice(0, -1), `${words.at(-1)}x`];
    expect(await refusalOf(wrong)).toBe(
      `workflows: unknown command '${wrong.at(-1)}'\n(Did you mean ${words.at(-1)}?)\n`,
    );
  }
});

test("whichever option of whichever command is misspelt, the right one is named", async () => {
  const leaves = visible.filter(({ command }) => command.commands.length === 0);
  for (const { words, command } of leaves)
    for (const { long } of command.options)
      expect(await refusalOf([...words, `${long}x`])).toMatch(
        new RegExp(`unknown option '${long}x'\n\\(Did you mean (one of )?.*${long}`),
      );
});

test("help of a command that there is not says so, and names the one that is meant", async () => {
  expect(await refusalOf(["help", "jbos"])).toBe("workflows: unknown command 'jbos'\n(Did you mean jobs?)\n");
  expect(await refusalOf(["help", "jobs", "lits"])).toBe("workflows: unknown command 'lits'\n(Did you mean list?)\n");
});

test.each([
  [["cancel"], "Did you mean jobs cancel?"],
  [["list"], "Did you mean one of jobs list, workflows list, workers list, profile list?"],
  [["start", "hello"], "Did you mean run?"],
  [["ps"], "Did you mean one of jobs list, workflows list, workers list, profile list?"],
  [["jobs", "get", "a"], "Did you mean show?"],
  [["jobs", "start"], "Did you mean workflows run?"],
  [["workflows", "cancel"], "Did you mean workflows jobs cancel?"],
  [["workers", "frobnicate"], "Commands are listed by workflows workers --help"],
])("of a command that stands elsewhere, or is called otherwise, the right one is named: %j", async (words, hint) => {
  expect(await refusalOf(words)).toMatch(/^workflows: unknown command '\w+'\n/);
  expect(await refusalOf(words)).toContain(`\n(${hint})\n`);
});
