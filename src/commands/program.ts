import { Command, Option } from "commander";
import { closest } from "../model/closest.ts";
import { addClientCommands } from "./client/commands.ts";
import type { Finish } from "./finish.ts";
import type { Globals } from "./globals.ts";
import { addOfflineCommands } from "./offline/commands.ts";
import { addServiceCommands, serve } from "./service/commands.ts";

/** The commands and their options. Each command's own file is loaded when it runs, not before. */
export function buildProgram(finish: Finish): Command {
  const program = new Command("workflows")
    .description("Durable workflow orchestrator")
    .usage("[options] [command]")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "workflows: ")) })
    .showSuggestionAfterError(true)
    .argument("[command]", "", undefined)
    .helpOption("-h, --help", "show this help, or that of a command")
    .helpCommand("help [command]", "show the help of a command");
  for (const option of globalOptions) program.addOption(option);
  addServiceCommands(program, finish);
  addOfflineCommands(program, finish);
  addClientCommands(program, finish);
  for (const command of program.commands) command.addHelpText("after", globalHint);
  program.allowExcessArguments(); // the name of a misspelt command is the mistake, not what follows; set last, commands inherit it
  return program.action(async (name: string | undefined) => {
    if (name !== undefined) unknownCommand(program, name);
    finish(await serve("server", program.opts<Globals>(), {})); // as in the original
  });
}

const globalHint = "\nOptions of every command, such as --config and --json: workflows --help";

const globalOptions = [
  new Option("--config <file>", "YAML file with settings (also -config)"),
  new Option("--automigrate", "bring an older store up to date first"),
  new Option("--json", "machine-readable output: results as JSON, logs as JSON lines"),
  new Option("--listen <address>", "where the API listens, HOST:PORT"),
  new Option("--sqlite-path <file>", "file of the embedded store"),
  new Option("--workflows-path <path>", "folder or file with definitions"),
  new Option("--log-level <level>", "trace, debug, info, warn, error, fatal or silent"),
];

function unknownCommand(program: Command, name: string): never {
  const meant =
    renamed[name] ??
    closest(
      name,
      program.commands.map((command) => command.name()),
    );
  const hint = meant === undefined ? "\n(Commands are listed by workflows --help)" : `\n(Did you mean ${meant}?)`;
  return program.error(`error: unknown command '${name}'${hint}`, { code: "commander.unknownCommand" });
}

/** Commands of the original that have another name here. */
const renamed: Readonly<Record<string, string>> = { "list-jobs": "jobs list" };
