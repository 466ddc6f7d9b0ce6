import type { Command } from "commander";
import type { Finish } from "../finish.ts";
import type { Globals } from "../globals.ts";
import type { SetOptions } from "./profile.ts";

/** Servers and tokens under names, in a file of the user's. */
export function addProfileCommands(program: Command, finish: Finish): void {
  const globals = () => program.opts<Globals>();
  const profile = program.command("profile").description("keep servers and tokens under names");
  profile
    .command("list")
    .description("list the profiles; * is in use")
    .action(async () => finish((await import("./profile.ts")).listProfiles(globals())));
  profile
    .command("show")
    .description("show a profile, but not its token")
    .argument("[name]", "default: the one in use")
    .action(async (name: string | undefined) => finish((await import("./profile.ts")).showProfile(name, globals())));
  profile
    .command("set")
    .description("make a profile, or change it; the first one is in use from then on")
    .argument("<name>")
    .option("--server <url>", "the server")
    .option("--token <token>", "API token; - takes it from the standard input, and an empty text removes it")
    .action(async (name: string, options: SetOptions) =>
      finish(await (await import("./profile.ts")).setProfile(name, options)),
    );
  profile
    .command("use")
    .description("use a profile where none is named")
    .argument("<name>")
    .action(async (name: string) => finish((await import("./profile.ts")).useProfile(name)));
  profile
    .command("remove")
    .description("remove a profile")
    .argument("<name>")
    .action(async (name: string) => finish((await import("./profile.ts")).removeProfile(name)));
}
