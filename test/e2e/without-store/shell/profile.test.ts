import { once } from "node:events";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tempFolder } from "../../../support/temp-folder.ts";
import { command, type Ended } from "../../commands/command.ts";

interface Home {
  readonly file: (name?: string) => string;
  run(args: readonly string[], env?: Record<string, string>, stdin?: string): Promise<Ended>;
}

async function home(): Promise<Home> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return {
    file: (name = "profiles.json") => join(folder.path, "workflows", name),
    run: (args, env = {}, stdin = "") => command(args, { env: { XDG_CONFIG_HOME: folder.path, ...env }, stdin }),
  };
}

/** What came with the calls of a client that lists workflows. */
async function listening(status = 200): Promise<{ readonly url: string; readonly tokens: (string | undefined)[] }> {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, answer) => {
    tokens.push(request.headers.authorization);
    answer.writeHead(status).end('{"workflows": [], "error": "Who is there", "code": "unauthenticated"}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
}

test("a server and a token are kept under a name, for their owner alone, and the token is never shown", async () => {
  const { file, run } = await home();
  const [here, there] = [await listening(), await listening()];
  const made = await run(["profile", "set", "here", "--server", here.url, "--token", "-"], {}, "secret-one\n");
  expect(made).toEqual({ code: 0, stderr: "", stdout: `Made profile here, which is in use (${file()})\n` });
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  await run(["profile", "set", "there", "--server", there.url, "--token", "secret-two"]);
  const list = await run(["profile", "list"]);
  expect(list.stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["", "PROFILE", "SERVER", "TOKEN"],
    ["*", "here", here.url, "set"],
    ["", "there", there.url, "set"],
    [""],
  ]);
  const shown = await run(["profile", "show", "--json"]);
  expect(JSON.parse(shown.stdout)).toEqual({
    file: file(),
    name: "here",
    current: true,
    server: here.url,
    token: true,
  });
  expect(list.stdout + shown.stdout + made.stdout).not.toContain("secret");

  await run(["workflows", "list"]); // the profile in use
  await run(["workflows", "list", "--profile", "there"]);
  await run(["workflows", "list"], { WORKFLOWS_PROFILE: "there" });
  expect(here.tokens).toEqual(["Bearer secret-one"]);
  expect(there.tokens).toEqual(["Bearer secret-two", "Bearer secret-two"]);
  await run(["workflows", "list", "--server", there.url]);
  await run(["workflows", "list"], { WORKFLOWS_SERVER: there.url });
  await run(["workflows", "list", "--server", there.url, "--profile", "here"]);
  const others = there.tokens.slice(2);
  expect(others, "the token of a profile goes to no other server").toEqual([undefined, undefined, undefined]);
  expect(here.tokens).toHaveLength(1);

  const moved = await run(["profile", "set", "here", "--server", there.url]);
  expect(moved).toMatchObject({ code: 2, stdout: "" });
  expect(moved.stderr).toContain(`the token of profile here is for ${here.url}: give the one for the new server`);
  expect((await run(["profile", "set", "here", "--server", `${here.url}/`])).code).toBe(0);
  await run(["workflows", "list", "--profile", "here"]);
  expect(here.tokens.slice(1)).toEqual(["Bearer secret-one"]);
  expect((await run(["profile", "set", "here", "--server", there.url, "--token", ""])).code).toBe(0);
  await run(["workflows", "list", "--profile", "here"]);
  expect(there.tokens.slice(5)).toEqual([undefined]);

  expect((await run(["profile", "use", "there"])).stdout).toBe(`Profile there is in use: ${there.url}\n`);
  expect((await run(["profile", "remove", "there"])).stdout).toBe("Removed profile there; no profile is in use now\n");
  expect((await run(["profile", "list", "-q"])).stdout).toBe("here\n");
  expect(await readFile(file(), "utf8")).not.toContain("secret-two");
});

test("the environment's token goes to the environment's server, where it names one", async () => {
  const { run } = await home();
  const [here, there] = [await listening(), await listening(401)];
  const token = { WORKFLOWS_TOKEN: "secret" };
  const both = { ...token, WORKFLOWS_SERVER: here.url };
  await run(["profile", "set", "there", "--server", there.url]);
  await run(["workflows", "list", "--server", `${here.url}/`], both);
  expect(here.tokens).toEqual(["Bearer secret"]);
  for (const elsewhere of [
    ["workflows", "list", "--server", there.url],
    ["workflows", "list", "--profile", "there"],
    ["jobs", "watch", "--server", there.url],
  ])
    expect((await run(elsewhere, both)).stderr).toContain("WORKFLOWS_TOKEN is for the server of WORKFLOWS_SERVER");
  await run(["workflows", "list", "--server", there.url], token);
  expect(there.tokens).toEqual([undefined, undefined, undefined, "Bearer secret"]);
});

test("a file that others can read is refused, and so is one that is not what it should be, without a word of what is in it", async () => {
  const { file, run } = await home();
  await mkdir(join(file(), ".."), { recursive: true });
  const write = async (text: string, name?: string): Promise<void> => {
    await writeFile(file(name), text, { mode: 0o600 });
    await chmod(file(name), 0o600);
  };
  const refused = async (args: readonly string[] = ["workflows", "list"]): Promise<string> => {
    const { code, stderr, stdout } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toContain("secret");
    return stderr;
  };
  await write('{"current": "work", "profiles": {"work": {"server": "http://127.0.0.1:2", "token": "secret"}}}');
  await chmod(file(), 0o640);
  expect(await refused()).toBe(
    `workflows: ${file()}: others than its owner can read or write it, and it is for tokens: chmod 600 ${file()}\n`,
  );
  await chmod(file(), 0o600);
  expect(await refused(["workflows", "list", "--profile", "b"])).toContain('has no profile "b"; it has work');
  expect(await refused(["profile", "use", "wrk"])).toContain('has no profile "wrk"; did you mean work?');
  expect(await refused(["profile", "set", "a"])).toContain("say what to set: --server URL, --token TOKEN");
  expect(await refused(["profile", "set", "a b", "--server", "x"])).toContain("a name has 1 to 64 letters");
  await write('{"profiles": {"a": {"tocken": "secret"}}}');
  expect(await refused()).toContain('"tocken" of profile "a" is not known; it should be {"current"');
  await write('{"profiles": {"a": {"token": secret');
  expect(await refused()).toContain("neither JSON nor YAML");
  await write("profiles: {}", "profiles.yaml");
  expect(await refused()).toContain("there are two files of profiles");
});

test("profiles may be YAML, whose comments stay when one is changed", async () => {
  const { file, run } = await home();
  const path = file("profiles.yaml");
  await mkdir(join(path, ".."), { recursive: true });
  const text =
    "# mine\ncurrent: a\nprofiles:\n  # the one at work\n  a:\n    server: http://127.0.0.1:2\n  b:\n    server: http://b\n";
  await writeFile(path, text, { mode: 0o600 });
  expect((await run(["profile", "set", "a", "--token", "t"])).code).toBe(0);
  expect((await run(["profile", "use", "b"])).code).toBe(0);
  const changed = text.replace("current: a", "current: b").replace("  b:", "    token: t\n  b:");
  expect(await readFile(path, "utf8")).toBe(changed);
  expect((await run(["profile", "set", "a", "--token", ""])).code).toBe(0);
  expect(await readFile(path, "utf8")).toBe(text.replace("current: a", "current: b"));
});
