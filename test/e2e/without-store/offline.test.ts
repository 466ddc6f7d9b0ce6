import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../../support/product/checkout.ts";
import { tempFolder } from "../../support/temp-folder.ts";
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
  await writeFile(path, "concurrency: 7\nsmtp_username: u\nsmtp_password: hunter2\nlisten: :80\n");
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

test("validate --explain lists what may do something else than in Mender's service, with what to do and where to read more", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "greet.json");
  await writeFile(
    path,
    JSON.stringify({ ...valid, topic: "mails", tasks: [{ ...valid.tasks[0], retries: 2 }] }, undefined, 2),
  );
  const { code, stdout } = await command(["validate", "--explain", path]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^\S+greet\.json:\d+:\d+: \/topic: only workers that are told to take the topic "mails" run it\.\n {4}\S/m,
  );
  expect(stdout).toContain("(docs/guides/coming-from-mender.md#retries).");
  expect(stdout).toMatch(/\n4 places that may do something else here than in Mender's service\n1 workflow is valid\n$/);
  const json = JSON.parse((await command(["validate", "--explain", "--json", path])).stdout) as {
    differences: object[];
  };
  expect(json.differences).toHaveLength(4);
  expect(json.differences[2]).toMatchObject({
    file: path,
    line: expect.any(Number),
    at: "/tasks/0/retries",
    rule: "retries",
    differs: expect.any(String),
    advice: expect.any(String),
    guide: "docs/guides/coming-from-mender.md#retries",
  });
});

test("validate --explain tells of a definition with mistakes too, and of one without differences", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "batch.yaml");
  await writeFile(path, "name: batch\nversion: 1\ntasks: [{name: a, type: smtp, smtp: {body: '@a'}}]\n");
  const wrong = await command(["validate", "--explain", path]);
  expect(wrong).toMatchObject({ code: 2, stdout: expect.stringContaining('/name: "batch" is a path of the API') });
  expect(wrong.stdout).toContain("/tasks/0/smtp/body: the file is read when the definition is loaded");
  await writeFile(path, "name: fine\nversion: 1\ntasks: [{name: a, type: cli, cli: {command: []}}]\n");
  expect((await command(["validate", "--explain", path])).stdout).toContain("Nothing that does something else here");
});

test("validate --explain tells of the stream's name before subjects where the configuration has none", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "tell.json");
  const tasks = [{ name: "tell", type: "nats", nats: { subject: "devices" } }];
  await writeFile(path, JSON.stringify({ name: "tell", version: 1, tasks }));
  const explain = async (env: Readonly<Record<string, string>>) =>
    (await command(["validate", "--explain", path], { env: { WORKFLOWS_NATS_URI: "nats://127.0.0.1:4222", ...env } }))
      .stdout;
  expect(await explain({})).toContain("/tasks/0/nats/subject: the message goes to this subject as it is written");
  expect(await explain({ WORKFLOWS_NATS_STREAM_NAME: "WORKFLOWS" })).toContain("Nothing that does something else here");
});

test.each([
  [["-config", "FILE", "config", "--json"]],
  [["--config", "FILE", "config", "--json"]],
  [["config", "-config", "FILE", "--json"]],
  [["config", "--json", "--config=FILE"]],
])("the configuration file is taken before and after the command, with one dash or two: %j", async (args) => {
  await using folder = await tempFolder();
  const file = join(folder.path, "config.yaml");
  await writeFile(file, "concurrency: 7\n");
  const { stdout } = await command(args.map((argument) => argument.replace("FILE", file)));
  expect(JSON.parse(stdout)).toMatchObject({ concurrency: { value: 7, origin: `${file}:1` } });
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
