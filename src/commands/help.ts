import type { Command } from "commander";
import { closest } from "../model/closest.ts";

/** `help`, `help jobs`, `help jobs list`. */
export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command("help")
    .description("show the help of a command")
    .argument("[command...]", "its name, such as run, or jobs list")
    .action((names: readonly string[]) => {
      let command = program;
      for (const name of names) {
        const child = command.commands.find((one) => one.name() === name || one.aliases().includes(name));
        if (child === undefined) unknownCommand(command, name);
        command = child;
      }
      command.outputHelp();
    });
}

/** What other programs call what a command here does. */
const otherNames: Readonly<Record<string, string>> = {
  start: "run",
  stop: "cancel",
  kill: "cancel",
  get: "show",
  describe: "explain",
  logs: "history",
  ls: "list",
  ps: "list",
  rm: "delete",
};

/** Ends with what is probably meant. */
export function unknownCommand(parent: Command, name: string): never {
  const meant = meantBy(parent, name);
  const [only, ...more] = meant;
  const words = [...(parent.parent === null ? [] : [parent.parent.name()]), parent.name()].join(" ");
  const hint =
    only === undefined
      ? `(Commands are listed by ${words} --help)`
      : `(Did you mean ${more.length === 0 ? only : `one of ${meant.join(", ")}`}?)`;
  return parent.error(`error: unknown command '${name}'\n${hint}`, { code: "commander.unknownCommand" });
}

/** Commands beside the place where the name stands, else those anywhere that are called so, with the words that lead there. */
function meantBy(parent: Command, name: string): string[] {
  const usual = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
  const here = namesIn(parent);
  const near = usual !== undefined && here.includes(usual) ? usual : closest(name, usual === undefined ? here : []);
  if (near !== undefined) return [near];
  const program = parent.parent ?? parent;
  const all = [program, ...program.commands].flatMap((command) =>
    namesIn(command).map((last) => ({ last, words: command === program ? last : `${command.name()} ${last}` })),
  );
  const last = usual ?? closest(name, new Set(all.map((one) => one.last)));
  const found = all.filter((one) => one.last === last).map(({ words }) => words);
  return parent === program ? found : found.map((words) => `${program.name()} ${words}`);
}

function namesIn(parent: Command): string[] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .flatMap((command) => [command.name(), ...command.aliases()]);
}
