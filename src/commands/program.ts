import { Command, Option } from "commander";
import { addClientCommands } from "./client/commands.ts";
import { addSiteCommands } from "./client/site/commands.ts";
import { addCompletionCommands } from "./completion/commands.ts";
import type { Finish } from "./finish.ts";
import type { Globals } from "./globals.ts";
import { addHelpCommand, unknownCommand } from "./help.ts";
import { addOfflineCommands } from "./offline/commands.ts";
import { addProfileCommands } from "./profile/commands.ts";
import { addServiceCommands, serve } from "./service/commands.ts";
import { addStoreCommands } from "./store/commands.ts";
import { beQuiet } from "./terminal.ts";

/** The commands and their options. Each command's own file is loaded when it runs, not before. */
export function buildProgram(finish: Finish): Command {
  const program = new Command("workflows")
    .description("Durable workflow orchestrator")
    .usage("[options] [command]")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "workflows: ")) })
    .showSuggestionAfterError(true)
    .argument("[command]", "", undefined)
    .helpOption("-h, --help", "show this help, or that of a command");
  for (const option of globalOptions) program.addOption(option);
  program.hook("preAction", async (_, command) => {
    const globals = program.opts<Globals>();
    if (globals.quiet === true && globals.json !== true) beQuiet();
    if (namesSettings(globals) && !readsSettings(program, command))
      await (await import("./globals.ts")).loadFor(globals, false);
  });
  addServiceCommands(program, finish);
  addStoreCommands(program, finish);
  addOfflineCommands(program, finish);
  addClientCommands(program, finish);
  addSiteCommands(program, finish);
  addProfileCommands(program, finish);
  addCompletionCommands(program, finish);
  addHelpCommand(program);
  for (const command of program.commands) {
    command.addHelpText("after", globalHint);
    if (command.commands.length > 0)
      command.on("command:*", ([name = ""]: readonly string[]) => unknownCommand(command, name));
  }
  program.allowExcessArguments(); // the name of a misspelt command is the mistake, not what follows; set last, commands inherit it
  return program.action(async (name: string | undefined) => {
    if (name !== undefined) unknownCommand(program, name);
    finish(await serve("server", program.opts<Globals>(), {})); // as in the original
  });
}

/** The commands that read the configuration by themselves: a file may be one that can be read once only. The one that shells ask has nowhere to complain. */
const ownReaders = [
  "standalone",
  "server",
  "worker",
  "migrate",
  "list-jobs",
  "import",
  "validate",
  "config",
  "complete",
];

/** Of a command that needs no settings: those that it is given all the same must be right. */
function namesSettings({ config, listen, sqlitePath, workflowsPath, logLevel }: Globals): boolean {
  return [config, listen, sqlitePath, workflowsPath, logLevel].some((given) => given !== undefined);
}

function readsSettings(program: Command, command: Command): boolean {
  return command === program || (command.parent === program && ownReaders.includes(command.name()));
}

const globalHint = "\nOptions of every command, such as --config and --json: workflows --help";

const globalOptions = [
  new Option("--config <file>", "file with settings, YAML or JSON (also -config)"),
  new Option("--automigrate", "bring an older store up to date first"),
  new Option("--json", "machine-readable output: results as JSON, logs as JSON lines"),
  new Option("-q, --quiet", "no words: only ids and names, or nothing"),
  new Option("--listen <address>", "where the API listens, HOST:PORT"),
  new Option("--sqlite-path <file>", "file of the embedded store"),
  new Option("--workflows-path <path>", "folder or file with definitions"),
  new Option("--log-level <level>", "trace, debug, info, warn, error, fatal or silent"),
];
