import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { command } from "../commands/command.ts";

test.each([
  [["sever"], "unknown command 'sever'\n(Did you mean server?)"],
  [["job", "list"], "unknown command 'job'\n(Did you mean jobs?)"],
  [["frobnicate"], "unknown command 'frobnicate'\n(Commands are listed by workflows --help)"],
  [["list-jobs"], "(Did you mean jobs list?)"],
  [["jobs", "lst"], "unknown command 'lst'\n(Did you mean list?)"],
  [["server", "--automigrat"], "unknown option '--automigrat'\n(Did you mean --automigrate?)"],
  [["--automigrat", "server"], "unknown option '--automigrat'\n(Did you mean --automigrate?)"],
  [["run", "greet", "--imput", "a=b"], "unknown option '--imput'\n(Did you mean --input?)"],
  [["run"], "missing required argument 'workflow'"],
  [["run", "greet", "again"], 'run starts one workflow, not "greet" and "again"'],
  [["run", "greet", "--input", "novalue"], '--input "novalue": must be NAME=TEXT or NAME:=JSON'],
  [["run", "greet", "--input", "a:={"], "--input a: not JSON"],
  [["run", "greet", "--input-file", "/no/such.json"], "--input-file: ENOENT"],
  [["run", "greet", "--wait=soon"], "--wait soon: must be a number of seconds"],
  [["jobs", "list", "--server", "ftp://host"], "the server must be a URL such as"],
  [["jobs", "list", "--server", "http://me:pw@host"], "must not hold user and password"],
  [["token", "--role", "amdin"], "Allowed choices are read, start, admin"],
  [["token", "--name", "two words"], "--name must be"],
  [["validate"], "missing required argument 'paths'"],
  [["--config"], "option '--config <file>' argument missing"],
  [["-config", "/no/such.yaml", "server"], "/no/such.yaml: there is no such file"],
  [["server", "--log-level", "dbug"], 'did you mean "debug"?'],
])("%j ends with 2 and says what is wrong", async (args, message) => {
  const { code, stdout, stderr } = await command(args);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^workflows: /);
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test.each([[["--help"]], [["-help"]], [["help"]], [["help", "run"]], [["jobs", "--help"]]])(
  "%j prints help and ends with 0",
  async (args) => {
    const { code, stdout, stderr } = await command(args);
    expect(stdout).toMatch(/^Usage: workflows/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  },
);

test("a server that is not there is named, with exit code 1", async () => {
  const { code, stderr, stdout } = await command(["jobs", "list", "--server", "127.0.0.1:2"]);
  expect(stderr).toBe("workflows: cannot reach http://127.0.0.1:2: nothing listens there; is the server running?\n");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

test.each([
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
])("%j is not misled by another server that answers 200", async (args) => {
  const other = createServer((_, answer) => answer.end('{"ok": true, "id": "1"}')).listen(0, "127.0.0.1");
  await once(other, "listening");
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { code, stdout, stderr } = await command([...args, "--server", url]);
  other.close();
  expect(stderr).toBe(`workflows: ${url} answered 200, and not as a Workflows server does\n`);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});
