import { execFileSync, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkout } from "../../../support/product/checkout.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { command } from "../../commands/command.ts";

interface Shell {
  /** Lines that the shell offers for the last of these words. */
  complete(...words: readonly string[]): string[];
}

/** How each shell is made to complete a command line without a terminal, with the script in `$0` or `$argv[1]`, and the words behind it. */
const programs = {
  bash: [
    "--norc",
    "-c",
    `source "$0"; COMP_LINE=$LINE; COMP_POINT=\${#LINE}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _workflows; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  zsh: [
    "-f",
    "-c",
    'source "$0"; compadd() { print -rl -- "${values[@]}" }; _files() { print -rl -- ${words[CURRENT]}* }; words=("$@"); CURRENT=$#; _workflows',
  ],
  fish: ["--no-config", "-c", 'source $argv[1]; complete -C "$argv[2..-1]" | string replace -r "\\t.*" ""; true'],
} as const;

async function shell(name: keyof typeof programs): Promise<Shell> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const script = join(folder.path, "script");
  const { code, stdout } = await command(["completion", name]);
  expect(code).toBe(0);
  await writeFile(script, stdout);
  const env = { ...process.env, PATH: `${checkout}bin:${process.env["PATH"]}`, HOME: folder.path };
  return {
    complete: (...words) =>
      execFileSync(
        name,
        [...programs[name], script, "workflows", ...(name === "bash" ? words.flatMap(apart) : words)],
        {
          encoding: "utf8",
          env: { ...env, LINE: ["workflows", ...words].join(" ") },
          cwd: folder.path,
        },
      )
        .split("\n")
        .filter(Boolean)
        .sort(),
  };
}

/** A word as bash sees it: at = and : it ends. */
function apart(word: string): string[] {
  return word === "" ? [word] : word.split(/([=:])/).filter(Boolean);
}

function isInstalled(name: string): boolean {
  return spawnSync(name, ["--version"]).status === 0;
}

const installed = (["bash", "zsh", "fish"] as const).filter(isInstalled);

test("bash at least is there to try a script with", () => {
  expect(installed).toContain("bash");
});

test.each(installed)("in %s, commands, options, choices and files are completed", async (name) => {
  const { complete } = await shell(name);
  expect(complete("jo")).toEqual(["jobs"]);
  expect(complete("jobs", "re")).toEqual(["restart", "resume", "retry"]);
  expect(complete("run", "--pri")).toEqual(["--priority"]);
  expect(complete("token", "--role", "st")).toEqual(["start"]);
  expect(complete("jobs", "list", "--sort", "-f")).toEqual(["-finish_time"]);
  expect(complete("jobs", "retry", "--status", "failed,t")).toEqual(["failed,terminated", "failed,timed_out"]);
  expect(complete("--config", "scr")).toEqual(["script"]);
  expect(complete("nothing", "s")).toEqual([]);
});

test("a word that bash takes apart at = or : is one all the same", async () => {
  const { complete } = await shell("bash");
  expect(complete("--config", "a:b", "jo")).toEqual(["jobs"]);
  expect(complete("token", "--role=st")).toEqual(["start"]); // what is before the = stays
  expect(complete("token", "--role=")).toEqual(["admin", "read", "start"]);
});

test("a shell that there is no script for is refused with those that there are", async () => {
  const { code, stderr } = await command(["completion", "tcsh"]);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Allowed choices are bash, zsh, fish"),
  });
});
