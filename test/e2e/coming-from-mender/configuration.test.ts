import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../support/programs/free-port.ts";
import { settingsOf, storeIsMissing } from "../../support/store/store-place.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { showJob, startJob } from "../../support/workflows-api.ts";
import { command } from "../commands/command.ts";
import { service } from "../commands/service.ts";
import { commandSite } from "../commands/site.ts";
import { calledService } from "./called-service.ts";
import { ended } from "./site.ts";

interface Sample {
  readonly key: string;
  /** As it is written in a file, and as `workflows config` shows it then. */
  readonly file: readonly [written: string, shown: unknown];
  /** As it is written in a variable, and as `workflows config` shows it then. */
  readonly variable: readonly [written: string, shown: unknown];
}

/** Every key of the original. */
const samples: readonly Sample[] = [
  { key: "listen", file: ["127.0.0.1:9001", "127.0.0.1:9001"], variable: ["127.0.0.1:9002", "127.0.0.1:9002"] },
  {
    key: "mongo-url",
    file: ["mongodb://me:pw@a:27017", "mongodb://***@a:27017"],
    variable: ["mongodb://me:pw@b:27017", "mongodb://***@b:27017"],
  },
  { key: "mongo-dbname", file: ["a", "a"], variable: ["b", "b"] },
  { key: "mongo_ssl", file: ["true", true], variable: ["true", true] },
  { key: "mongo_ssl_skipverify", file: ["true", true], variable: ["true", true] },
  { key: "mongo_username", file: ["a", "a"], variable: ["b", "b"] },
  { key: "mongo_password", file: ["a", "***"], variable: ["b", "***"] },
  { key: "workflows_path", file: ["/a", ["/a"]], variable: ["/b", ["/b"]] },
  { key: "concurrency", file: ["7", 7], variable: ["8", 8] },
  { key: "debug_log", file: ["true", true], variable: ["true", true] },
  { key: "allowed_binaries", file: ["[/bin/a]", ["/bin/a"]], variable: ["/bin/b,/bin/c", ["/bin/b", "/bin/c"]] },
  { key: "smtp_host", file: ["a:25", "a:25"], variable: ["b:25", "b:25"] },
  { key: "smtp_auth_mechanism", file: ["PLAIN", "PLAIN"], variable: ["LOGIN", "LOGIN"] },
  { key: "smtp_username", file: ["a", "a"], variable: ["b", "b"] },
  { key: "smtp_password", file: ["a", "***"], variable: ["b", "***"] },
  { key: "nats_uri", file: ["nats://a:4222", "nats://a:4222"], variable: ["nats://b:4222", "nats://b:4222"] },
  { key: "nats_stream_name", file: ["A", "A"], variable: ["B", "B"] },
];

function variableOf(key: string): string {
  return `WORKFLOWS_${key.toUpperCase().replaceAll("-", "_")}`;
}

type Shown = Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>;

describe("every key of the original's configuration is taken from a file and from the environment", () => {
  let byFile: Shown;
  let byVariable: Shown;
  let file: string;

  beforeAll(async () => {
    await using folder = await tempFolder();
    file = join(folder.path, "config.yaml");
    await writeFile(file, samples.map(({ key, file: [written] }) => `${key}: ${written}\n`).join(""));
    const show = async (env: Readonly<Record<string, string>>) =>
      JSON.parse((await command(["-config", file, "config", "--json"], { env })).stdout) as Shown;
    byFile = await show({});
    byVariable = await show(
      Object.fromEntries(samples.map(({ key, variable: [written] }) => [variableOf(key), written])),
    );
  });

  test.each(samples)("$key", ({ key, file: [, inFile], variable: [, inVariable] }) => {
    const line = samples.findIndex((sample) => sample.key === key) + 1;
    expect(byFile[key]).toEqual({ value: inFile, origin: `${file}:${line}` });
    expect(byVariable[key]).toEqual({ value: inVariable, origin: variableOf(key) });
  });
});

/** The original's keys whose empty text is none, as its files write them where there is no login and no such server. */
const emptyTexts = [
  "mongo-url",
  "mongo_username",
  "mongo_password",
  "smtp_auth_mechanism",
  "smtp_username",
  "smtp_password",
  "nats_uri",
  "nats_stream_name",
];

test("an empty text in a file of the original is none", async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, "config.yaml");
  await writeFile(file, emptyTexts.map((key) => `${key}: ""\n`).join(""));
  const { code, stdout, stderr } = await command(["-config", file, "config", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const shown = JSON.parse(stdout) as Shown;
  for (const key of emptyTexts) expect({ key, ...shown[key] }).toEqual({ key, value: null, origin: "default" });
});

describe("a configuration file of the original acts as it did", () => {
  test.each(["a file", "the environment"])("from %s", async (from) => {
    if (storeIsMissing()) return;
    await using site = await commandSite();
    const target = await calledService();
    const tasks = [
      { name: "call", type: "http", http: { uri: `${target.url}/` } },
      { name: "say", type: "cli", cli: { command: ["/bin/echo", "hello"] } },
    ];
    const folder = join(site.path, "workflows");
    await mkdir(folder);
    await writeFile(join(folder, "both.json"), JSON.stringify({ name: "both", version: 1, tasks }));
    const listen = `127.0.0.1:${await freePort()}`;
    const settings: Readonly<Record<string, string>> = {
      ...settingsOf(site.place),
      listen,
      workflows_path: folder,
      concurrency: "3",
      debug_log: "true",
      allowed_binaries: "/bin/echo",
    };
    const config = join(site.path, "config.yaml");
    await writeFile(config, from === "a file" ? JSON.stringify({ ...settings, concurrency: 3, debug_log: true }) : "");
    const variables = Object.entries(settings).map(([key, value]) => [variableOf(key), value] as const);
    const env = from === "a file" ? { WORKFLOWS_LISTEN: "" } : Object.fromEntries(variables);
    using running = await service(["-config", config, "standalone"], site.path, env);
    expect(running.url).toBe(`http://${listen}`);
    expect(String(running.ready["store"])).toContain(site.storeShown);
    const { body } = await startJob(running.url, "both", {});
    expect(await ended(running.url, body.id)).toMatchObject({ status: "done" });
    expect(await showJob(running.url, body.id)).toMatchObject({
      results: [{ name: "call" }, { cli: { output: "hello\n" } }],
    });
    expect(target.calls).toHaveLength(1);
    expect(running.lines().some(({ level }) => level === "debug")).toBe(true);
    running.kill("SIGTERM");
    await running.exited;
  });
});
