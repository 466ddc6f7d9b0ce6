import type { Argument, Command, Option } from "commander";
import type { ServerOptions } from "../client/server-options.ts";
import { printable, printData } from "../terminal.ts";
import { namesOf } from "./names.ts";
import { wordsFor } from "./words.ts";

/** What may stand in one place of a command line. */
interface Candidate {
  readonly value: string;
  /** In a few words. */
  readonly about: string;
}

/** Prints what may stand in place of the last word: a value a line, with a tab and what it is, or `:files`. Never fails: a shell has nowhere to say why. */
export async function complete(program: Command, words: readonly string[]): Promise<number> {
  const candidates = await candidatesOf(program, words);
  if (candidates === "files") printData(":files");
  else
    for (const { value, about } of candidates)
      printData(about === "" ? value : `${value}\t${printable(about).replaceAll(/\s+/g, " ")}`);
  return 0;
}

/** A place in a command line: the command that it belongs to, and what was typed of it before. */
interface Place {
  readonly command: Command;
  /** Arguments of the command that stand before. */
  readonly given: readonly string[];
  /** Values of options, of those that name a server. */
  readonly server: ServerOptions;
  /** The option whose value is meant. */
  readonly option?: Option;
  /** Options are over. */
  readonly onlyArguments: boolean;
}

async function candidatesOf(program: Command, words: readonly string[]): Promise<readonly Candidate[] | "files"> {
  const word = words.at(-1) ?? "";
  const place = placeOf(program, words.slice(0, -1));
  const { command, option, onlyArguments } = place;
  if (option !== undefined) return valuesOf(place, option, word);
  const [flag, ...value] = word.split("=");
  if (!onlyArguments && word.startsWith("--") && value.length > 0) {
    const named = optionOf(program, command, flag ?? "");
    if (named === undefined) return [];
    const values = await valuesOf(place, named, value.join("="));
    return values === "files" ? [] : values.map((one) => ({ ...one, value: `${flag}=${one.value}` }));
  }
  if (!onlyArguments && word.startsWith("-")) return optionsOf(program, command, word);
  const commands = subcommandsOf(command).filter(({ value: name }) => name.startsWith(word));
  if (command.commands.length > 0) return place.given.length === 0 ? commands : []; // what was typed is no command
  return argumentValues(place, word);
}

function placeOf(program: Command, before: readonly string[]): Place {
  let command = program;
  let given: string[] = [];
  const server: Record<string, string> = {};
  let onlyArguments = false;
  for (let index = 0; index < before.length; index++) {
    const word = before[index] ?? "";
    if (onlyArguments || !word.startsWith("-") || word === "-") {
      const child = onlyArguments ? undefined : childNamed(command, word);
      if (child !== undefined && given.length === 0) command = child;
      else given = [...given, word];
    } else if (word === "--") onlyArguments = true;
    else {
      const [flag = "", value] = word.split("=", 2);
      const option = optionOf(program, command, flag);
      if (option?.required !== true) continue;
      const next = value ?? before[index + 1];
      if (next === undefined) return { command, given, server, option, onlyArguments };
      server[option.attributeName()] = next;
      if (value === undefined) index++;
    }
  }
  return { command, given, server, onlyArguments };
}

function childNamed(command: Command, name: string): Command | undefined {
  return command.commands.find((child) => child.name() === name || child.aliases().includes(name));
}

function optionOf(program: Command, command: Command, flag: string): Option | undefined {
  const normal = /^-[a-z]{2,}/i.test(flag) ? `-${flag}` : flag; // -config, as the original has it
  return [...command.options, ...program.options].find(({ long, short }) => long === normal || short === normal);
}

function subcommandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), about: child.description() }));
}

function optionsOf(program: Command, command: Command, word: string): Candidate[] {
  const options = [...command.createHelp().visibleOptions(command), ...(command === program ? [] : program.options)];
  return options
    .map(({ long, short, description }) => ({ value: long ?? short ?? "", about: description }))
    .filter(({ value }) => value.startsWith(word));
}

function valuesOf(
  place: Place,
  option: Option,
  word: string,
): Promise<readonly Candidate[] | "files"> | readonly Candidate[] | "files" {
  if (option.argChoices !== undefined) return choices(option.argChoices, word);
  const placeholder = /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? "";
  if (placeholder === "file" || placeholder === "path") return "files";
  const name = option.attributeName();
  const words = wordsFor(name, word);
  if (words !== undefined) return choices(words, word);
  if (name === "workflow" || name === "workflows" || name === "excludedWorkflows")
    return names("workflow", place, word);
  if (name === "profile") return names("profile", place, word);
  return [];
}

function argumentValues(
  place: Place,
  word: string,
): Promise<readonly Candidate[] | "files"> | readonly Candidate[] | "files" {
  const { command, given } = place;
  const argument = argumentAt(command, given.length);
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return choices(argument.argChoices, word);
  const name = argument.name();
  if (name === "paths" || name === "from" || name === "to") return "files";
  if (name === "command") return commandsBelow(place, word);
  if (name === "workflow") return names("workflow", place, word);
  if (name === "id") return names("job", place, word);
  if (command.parent?.name() === "profile") return names("profile", place, word);
  return [];
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const all = command.registeredArguments;
  const last = all.at(-1);
  return all[index] ?? (last?.variadic === true ? last : undefined);
}

/** Behind `help` stand the words of a command. */
function commandsBelow({ command, given }: Place, word: string): Candidate[] {
  let parent = command.parent ?? command;
  for (const one of given) parent = childNamed(parent, one) ?? command;
  return subcommandsOf(parent).filter(({ value }) => value.startsWith(word));
}

function choices(all: readonly string[], word: string): Candidate[] {
  return all.filter((value) => value.startsWith(word)).map((value) => ({ value, about: "" }));
}

async function names(
  kind: "workflow" | "job" | "profile",
  { command, server }: Place,
  word: string,
): Promise<readonly Candidate[]> {
  const found = await namesOf(kind, { server, action: command.name(), prefix: word });
  return found.filter(({ value }) => value.startsWith(word));
}
