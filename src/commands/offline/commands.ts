import { type Command, Option } from "commander";
import type { Finish } from "../finish.ts";
import type { Globals } from "../globals.ts";
import type { TokenOptions } from "./token.ts";
import type { ValidateOptions } from "./validate.ts";

/** Commands that need neither a store nor a server. */
export function addOfflineCommands(program: Command, finish: Finish): void {
  const globals = () => program.opts<Globals>();
  program
    .command("validate")
    .description("check workflow definitions and print every mistake")
    .argument("<paths...>", "files or folders")
    .option("--explain", "also list what may do something else here than in Mender's service")
    .action(async (paths: string[], options: ValidateOptions) =>
      finish(await (await import("./validate.ts")).validate(paths, options, globals())),
    );
  program
    .command("schema")
    .description("print the JSON Schema of workflow definitions, for editors")
    .action(async () => finish((await import("./schema.ts")).schema()));
  program
    .command("config")
    .description("print every effective setting and where it comes from")
    .action(async () => finish(await (await import("./config.ts")).config(globals())));
  program
    .command("token")
    .description("print a new API token and the lines that make it valid")
    .option("--name <name>", "who will bear it", "somebody")
    .addOption(new Option("--role <role>", "what it allows").choices(["read", "start", "admin"]).default("start"))
    .action(async (options: TokenOptions) => finish((await import("./token.ts")).token(options, globals())));
  program
    .command("version")
    .description("print the version")
    .action(async () => finish((await import("./version.ts")).version(globals())));
}
