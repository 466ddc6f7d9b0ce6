import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "vitest";
import { tempFolder } from "../../support/temp-folder.ts";
import { answering, json } from "../../unit/client/answering.ts";
import { command } from "../commands/command.ts";

test.concurrent.for([
  [["sever"], "unknown command 'sever'\n(Did you mean server?)"],
  [["job", "list"], "unknown command 'job'\n(Did you mean jobs?)"],
  [["definition"], "unknown command 'definition'\n(Did you mean definitions?)"],
  [["help", "job"], "unknown command 'job'\n(Did you mean jobs?)"],
  [["workflows", "show", "greet", "new"], 'version "new": must be a whole number from 1 on'],
  [["profile", "set", "one"], "say what to set: --server URL"],
  [["jobs", "show", ".."], '".." cannot stand in a path'],
  [["run", "greet", "--idempotency-key", "naïve ✓"], '"naïve ✓" cannot stand in the header idempotency-key'],
  [["frobnicate"], "unknown command 'frobnicate'\n(Commands are listed by workflows --help)"],
  [["list-job"], "(Did you mean list-jobs?)"],
  [["list-jobs", "--page", "0"], "--page 0: must be a whole number from 1 on"],
  [["list-jobs", "--perPage", "ten"], "--perPage ten: must be a whole number from 1 on"],
  [["list-jobs", "--page", "101", "--perPage", "100"], "lists end at job 10000"],
  [["import"], "import needs --from mongodb://HOST/DATABASE"],
  [["import", "--from", "http://me:pw@host/"], "--from is not a usable address: it must begin with mongodb://"],
  [["jobs", "lst"], "unknown command 'lst'\n(Did you mean list?)"],
  [["server", "--automigrat"], "unknown option '--automigrat'\n(Did you mean --automigrate?)"],
  [["--automigrat", "server"], "unknown option '--automigrat'\n(Did you mean --automigrate?)"],
  [["run", "greet", "--imput", "a=b"], "unknown option '--imput'\n(Did you mean --input?)"],
  [["run"], "missing required argument 'workflow'"],
  [["run", "greet", "again"], 'run starts one workflow, not "greet" and "again"'],
  [["run", "greet", "--input", "novalue"], '--input "novalue": must be NAME=TEXT or NAME:=JSON'],
  [["run", "greet", "--input", "a:={"], "--input a: not JSON"],
  [["run", "greet", "--input-file", "/no/such.json"], "--input-file: ENOENT"],
  [["run", "greet", "--priority", "x"], "--priority x: must be a whole number from 1 to 9"],
  [["jobs", "list", "--limit", "abc"], "--limit abc: must be a whole number from 1 to 200"],
  [["run", "greet", "--wait=soon"], "--wait soon: must be a number of seconds"],
  [["run", "greet", "--wait", "-5"], "--wait -5: must be a number of seconds"],
  [["jobs", "list", "--server", "ftp://host"], "the server must be a URL such as"],
  [["jobs", "list", "--server", "http://me:pw@host"], "must not hold user and password"],
  [["token", "--role", "amdin"], "Allowed choices are read, start, admin"],
  [["token", "--name", "two words"], "--name must be"],
  [["validate"], "missing required argument 'paths'"],
  [["--config"], "option '--config <file>' argument missing"],
  [["-config", "/no/such.yaml", "server"], "/no/such.yaml: there is no such file"],
  [["server", "--log-level", "dbug"], 'did you mean "debug"?'],
  [["jobs", "list", "--log-level", "dbug"], 'did you mean "debug"?'],
  [["--config", "/no/such.yaml", "workers", "list"], "/no/such.yaml: there is no such file"],
  [["--listen", "here", "profile", "list"], "--listen"],
] as const)("%j ends with 2 and says what is wrong", async ([args, message], { expect }) => {
  const { code, stdout, stderr } = await command(args);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^workflows: /);
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test.concurrent.for([
  [["--help"]],
  [["-help"]],
  [["help"]],
  [["help", "run"]],
  [["help", "workflows", "diff"]],
  [["jobs", "--help"]],
] as const)("%j prints help and ends with 0", async ([args], { expect }) => {
  const { code, stdout, stderr } = await command(args);
  expect(stdout).toMatch(/^Usage: workflows/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.concurrent("a server that is not there is named, with exit code 1", async ({ expect }) => {
  const { code, stderr, stdout } = await command(["jobs", "list", "--server", "127.0.0.1:2"]);
  expect(stderr).toBe("workflows: cannot reach http://127.0.0.1:2: nothing listens there; is the server running?\n");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

test.concurrent("a port that fetch refuses is told as that", async ({ expect }) => {
  const { code, stderr } = await command(["jobs", "list", "--server", "127.0.0.1:1"]);
  expect(stderr).toBe(
    "workflows: cannot reach http://127.0.0.1:1: fetch refuses to connect to this port, as it belongs to another protocol\n",
  );
  expect(code).toBe(1);
});

test.concurrent.for([
  [["run", "greet"]],
  [["jobs", "list"]],
  [["jobs", "show", "a"]],
  [["jobs", "history", "a"]],
  [["jobs", "cancel", "a"]],
  [["jobs", "pause", "a"]],
  [["jobs", "resume", "a"]],
  [["jobs", "retry", "a"]],
  [["jobs", "restart", "a"]],
  [["jobs", "delete", "a"]],
] as const)("%j is not misled by another server that answers 200", async ([args], { expect }) => {
  const other = createServer((_, answer) => answer.end('{"ok": true, "id": "1"}')).listen(0, "127.0.0.1");
  await once(other, "listening");
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { code, stdout, stderr } = await command([...args, "--server", url]);
  other.close();
  expect(stderr).toBe(`workflows: ${url} answered 200, and not as a Workflows server does\n`);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

test.concurrent("an error of another server is told as that of another, whatever it says", async ({ expect }) => {
  for (const body of [{ error: "Nothing here", code: "nothing" }, { error: "Nothing here" }]) {
    await using other = await answering(json(404, body));
    const { code, stderr } = await command(["jobs", "show", "a", "--server", other.url]);
    expect(stderr).toBe(`workflows: ${other.url} answered 404, and not as a Workflows server does: Nothing here\n`);
    expect(code).toBe(1);
  }
});

test.concurrent("of a config.yaml that lies where a command is run, and is not named, a warning tells", async ({
  expect,
}) => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, "config.yaml"), "log_level: debug\n");
  const unread = await command(["config"], { cwd: folder.path });
  expect(unread.stderr).toContain(
    "warning: config.yaml in this folder is not read: name it with --config config.yaml\n",
  );
  expect(unread.stdout).toMatch(/^log_level +default +info$/m);
  const read = await command(["--config", "config.yaml", "config"], { cwd: folder.path });
  expect(read.stderr).not.toContain("is not read");
});
