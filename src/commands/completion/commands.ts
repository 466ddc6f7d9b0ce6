import { Argument, type Command } from "commander";
import type { Finish } from "../finish.ts";
import { shells } from "./scripts.ts";

/** Completion for shells: a script that asks this program at each key what may come next. */
export function addCompletionCommands(program: Command, finish: Finish): void {
  program
    .command("completion")
    .description("print the script that completes commands, options, workflows and jobs in a shell")
    .addArgument(new Argument("<shell>", "which one").choices(shells))
    .addHelpText(
      "after",
      [
        "\nOnce, for new shells:",
        "  bash: echo 'eval \"$(workflows completion bash)\"' >> ~/.bashrc",
        "  zsh:  echo 'eval \"$(workflows completion zsh)\"' >> ~/.zshrc, behind compinit",
        "  fish: workflows completion fish > ~/.config/fish/completions/workflows.fish",
      ].join("\n"),
    )
    .action(async (shell: (typeof shells)[number]) => finish((await import("./scripts.ts")).printScript(shell)));
  program
    .command("complete", { hidden: true })
    .description("what may stand in place of the last of these words; the scripts ask it")
    .argument("[words...]", "the command line behind the program's name")
    .allowUnknownOption()
    .action(async (words: string[]) => finish(await (await import("./complete.ts")).complete(program, words)));
}
