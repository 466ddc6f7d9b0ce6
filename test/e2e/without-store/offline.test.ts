import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempFolder } from "../../support/temp-folder.ts";
import { checkout } from "../../support/workflows-process.ts";
import { command } from "../commands/command.ts";

test("version tells the version of the package, in each way to ask", async () => {
  const { version } = JSON.parse(await readFile(`${checkout}package.json`, "utf8")) as { version: string };
  for (const args of [["version"], ["--version"], ["-version"], ["-V"]])
    expect(await command(args)).toMatchObject({ code: 0, stdout: expect.stringContaining(`workflows ${version} `) });
  const json = await command(["version", "--json"]);
  expect(JSON.parse(json.stdout)).toEqual({ version, node: expect.stringMatching(/^v\d+/) });
});

test("token prints a token and lines that make it valid as they are", async () => {
  await using folder = await tempFolder();
  const { code, stdout } = await command(["token", "--name", "ci", "--role", "admin"]);
  expect(code).toBe(0);
  const [token = "", ...lines] = stdout.split("\n");
  expect(token).toMatch(/^wf_[\w-]{43}$/);
  expect(lines.join("\n")).not.toContain(token);
  const path = join(folder.path, "config.yaml");
  await writeFile(path, lines.join("\n"));
  const config = await command(["-config", path, "config", "--json"]);
  const settings = JSON.parse(config.stdout) as Record<string, { value: unknown }>;
  expect(settings["api_tokens"]?.value).toEqual([{ name: "ci", role: "admin", hash: "***" }]);
});

test("config prints every value with its origin and no secret, and warnings beside it", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "config.yaml");
  await writeFile(path, "concurrency: 7\nsmtp_password: hunter2\nlisten: :80\n");
  const env = { WORKFLOWS_LEASE: "20s", WORKFLOWS_LISTN: "x" };
  const { code, stdout, stderr } = await command(["--config", path, "config", "--log-level", "warn"], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^concurrency +${path}:1 +7$`, "m"));
  expect(stdout).toMatch(/^lease +WORKFLOWS_LEASE +20s$/m);
  expect(stdout).toMatch(/^log_level +--log-level +warn$/m);
  expect(stdout).toMatch(/^heartbeat +default +5s$/m);
  expect(stdout + stderr).not.toContain("hunter2");
  expect(stderr).toContain("did you mean WORKFLOWS_LISTEN?");
  expect(stderr).toContain("server and standalone would not start");
  expect(stdout).not.toContain("\u001b");
});

const valid = {
  name: "greet",
  version: 1,
  tasks: [{ name: "call", type: "http", http: { uri: "http://127.0.0.1:1/", method: "GET" } }],
};

test("validate counts the workflows that are valid", async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, "greet.json"), JSON.stringify(valid));
  await writeFile(join(folder.path, "other.yaml"), JSON.stringify({ ...valid, name: "other" }));
  expect(await command(["validate", folder.path])).toEqual({ code: 0, stdout: "2 workflows are valid\n", stderr: "" });
  const one = await command(["validate", join(folder.path, "greet.json")]);
  expect(one.stdout).toBe("1 workflow is valid\n");
});

test("validate tells every mistake with file and place, and ends with 2", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "bad.json");
  await writeFile(path, JSON.stringify({ ...valid, desciption: "x", version: -1 }, undefined, 2));
  const { code, stdout, stderr } = await command(["validate", folder.path]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("bad.json");
  expect(stderr).toContain("description");
  expect(stderr).toContain("version");
  const json = await command(["validate", folder.path, "--json"]);
  expect(json.code).toBe(2);
  expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, problems: expect.any(Array) });
});

test("validate of a path that is not there ends with 2", async () => {
  const { code, stderr } = await command(["validate", "/no/such/folder"]);
  expect(code).toBe(2);
  expect(stderr).toContain("/no/such/folder");
});

test("schema prints a JSON Schema", async () => {
  const { code, stdout } = await command(["schema"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.stringContaining("2020-12"), type: "object" });
});
