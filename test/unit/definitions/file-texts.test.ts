import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDefinitions } from "../../../src/definitions/load.ts";
import { compileMender } from "../../../src/definitions/mender/compile.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import { defaultSmtpSettings } from "../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../src/tasks/smtp/smtp-kind.ts";
import { compileOptions, folderWith } from "./definition-files.ts";

const kinds = taskKinds([createSmtpKind(defaultSmtpSettings, 1024)]);
const options = { kinds, envAllowed: (name: string) => name === "HOME_ADDR" };

const mail = (parts: object) => ({
  name: "welcome",
  inputParameters: ["name"],
  tasks: [
    { name: "mail", type: "smtp", smtp: { from: "f@example.com", to: ["t@example.com"], subject: "s", ...parts } },
  ],
});

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with `flows/`, which is loaded, and what lies beside it. */
async function site(definition: object, files: Files): Promise<string> {
  return folderWith({ "flows/welcome.json": JSON.stringify(definition), ...files });
}

async function load(definition: object, files: Files = {}) {
  return loadDefinitions([join(await site(definition, files), "flows")], options);
}

async function problemOf(body: string, files: Files = {}): Promise<string> {
  const { definitions, problems } = await load(mail({ body }), files);
  expect(definitions).toEqual([]);
  expect(problems).toMatchObject([{ severity: "error", at: "/tasks/0/smtp/body", line: 1 }]);
  return problems[0]?.message ?? "";
}

const specOf = ({ definitions }: Awaited<ReturnType<typeof load>>) => {
  const [first] = definitions[0]?.workflow.root.kind === "sequence" ? definitions[0].workflow.root.children : [];
  return first?.kind === "task" ? first.spec : undefined;
};

test("body and html may stand in files, which are templates like what stands in the definition", async () => {
  const texts = { body: "Hello ${workflow.input.name}", html: "<p>${workflow.input.name}</p>" };
  const fromFiles = await load(mail({ body: "@welcome.txt", html: "@mails/welcome.html" }), {
    "flows/welcome.txt": texts.body,
    "flows/mails/welcome.html": texts.html,
  });
  const written = await load(mail(texts));
  expect(fromFiles.problems).toEqual([]);
  expect(specOf(fromFiles)).toEqual(specOf(written));
  expect(JSON.stringify(specOf(written))).toContain("Hello ");
});

test("a field that is written in another case names a file as well", async () => {
  const files = { "flows/welcome.html": "<p>Hello</p>" };
  const fromFile = await load(mail({ HTML: "@welcome.html" }), files);
  expect(fromFile.problems).toEqual([]);
  expect(specOf(fromFile)).toEqual(specOf(await load(mail({ html: "<p>Hello</p>" }))));
});

test("a definition finds files beside itself, and anywhere inside the folder that is loaded", async () => {
  const deep = {
    "flows/deep/er/second.json": JSON.stringify({
      ...mail({ body: "@own.txt", html: "@../../top.html" }),
      name: "second",
    }),
  };
  const { definitions, problems } = await load(mail({ body: "x" }), {
    ...deep,
    "flows/deep/er/own.txt": "own",
    "flows/top.html": "top",
  });
  expect(problems).toEqual([]);
  expect(definitions.map(({ workflow }) => workflow.name).sort()).toEqual(["second", "welcome"]);
});

test("a whole path is taken where it leads into the folder", async () => {
  const folder = await site({}, { "flows/in.txt": "inside" });
  await writeFile(
    join(folder, "flows", "welcome.json"),
    JSON.stringify(mail({ body: `@${join(folder, "flows", "in.txt")}` })),
  );
  expect((await loadDefinitions([join(folder, "flows")], options)).problems).toEqual([]);
});

test("another text in the file is another definition", async () => {
  const digestOf = async (text: string) =>
    (await load(mail({ body: "@a.txt" }), { "flows/a.txt": text })).definitions[0]?.workflow.digest;
  expect(await digestOf("one")).toBe(await digestOf("one"));
  expect(await digestOf("one")).not.toBe(await digestOf("two"));
});

test("two definitions of one version that differ in their files only are refused", async () => {
  const { problems } = await load(mail({ body: "@a.txt" }), {
    "flows/a.txt": "one",
    "flows/other/welcome.json": JSON.stringify(mail({ body: "@a.txt" })),
    "flows/other/a.txt": "two",
  });
  expect(problems).toMatchObject([{ severity: "error", at: "/version" }]);
});

test.for(["@../secret.txt", "@../../../../../../etc/hostname", "@/etc/hostname", "@sub/../../secret.txt"])(
  "a file outside the folder is refused: %s",
  async (body) => {
    expect(await problemOf(body, { "secret.txt": "secret", "flows/sub/x": "" })).toMatch(/it is not inside .*flows/);
  },
);

test("a folder whose name begins like the one that is loaded is another one", async () => {
  expect(await problemOf("@../flows-private/a.txt", { "flows-private/a.txt": "secret" })).toMatch(/is not inside/);
});

test("a link that leads outside is refused, one that stays inside is followed", async () => {
  const folder = await site(mail({ body: "@link.txt" }), { "secret.txt": "secret", "flows/data/a.txt": "inside" });
  await symlink(join(folder, "secret.txt"), join(folder, "flows", "link.txt"));
  expect((await loadDefinitions([join(folder, "flows")], options)).problems).toMatchObject([
    { message: expect.stringMatching(/is not inside/) as string },
  ]);
  const other = await site(mail({ body: "@link.txt" }), { "flows/data/a.txt": "inside" });
  await symlink("data/a.txt", join(other, "flows", "link.txt"));
  expect((await loadDefinitions([join(other, "flows")], options)).problems).toEqual([]);
});

test("a linked folder does not make its files part of the one that is loaded", async () => {
  const folder = await site(mail({ body: "@out/a.txt" }), { "elsewhere/a.txt": "secret" });
  await symlink(join(folder, "elsewhere"), join(folder, "flows", "out"));
  expect((await loadDefinitions([join(folder, "flows")], options)).problems).toMatchObject([
    { message: expect.stringMatching(/is not inside/) as string },
  ]);
});

test("a folder that is a link itself is as good as the one it leads to", async () => {
  const folder = await site(mail({ body: "@a.txt" }), { "flows/a.txt": "text" });
  await symlink(join(folder, "flows"), join(folder, "current"));
  expect((await loadDefinitions([join(folder, "current")], options)).problems).toEqual([]);
});

test.for<[string, string, Files, RegExp]>([
  ["is not there", "@gone.txt", {}, /"@gone\.txt" names a file: there is no such file/],
  ["is a folder", "@sub", { "flows/sub/a": "" }, /it is no file/],
  ["is not UTF-8", "@a.txt", { "flows/a.txt": new Uint8Array([0xff, 0xfe]) }, /it is not valid UTF-8/],
  ["is too large", "@a.txt", { "flows/a.txt": "x".repeat(262_145) }, /it has 262145 bytes; at most 262144/],
  ["is named by a template", "@${workflow.input.name}.txt", {}, /its name cannot hold a template/],
  ["has an unusable name", "@a\0b", {}, /without null bytes/],
])("a file that %s is a mistake of the definition", async ([, body, files, message]) => {
  expect(await problemOf(body, files)).toMatch(message);
});

test("mistakes in the file's templates are told, with its name", async () => {
  const { problems } = await load(mail({ body: "@a.txt" }), {
    "flows/a.txt": "Hello ${workflow.input.nam} ${env.SECRET}",
  });
  expect(problems.map(({ severity, at, message }) => [severity, at, message.split(" ").slice(0, 4).join(" ")])).toEqual(
    [
      ["error", "/tasks/0/smtp/body", "in the file a.txt:"],
      ["warning", "/tasks/0/smtp/body", "in the file a.txt:"],
    ],
  );
});

test("a definition that comes from elsewhere may not name files", async () => {
  const { workflow, problems } = compileMender(mail({ body: "@/etc/hostname" }), options);
  expect(workflow).toBeUndefined();
  expect(problems).toMatchObject([
    {
      at: "/tasks/0/smtp/body",
      message: expect.stringMatching(/only a definition that is read from a file/) as string,
    },
  ]);
});

test("other kinds' texts may begin with @", () => {
  const http = { name: "x", tasks: [{ name: "call", type: "http", http: { uri: "http://h/", body: "@x" } }] };
  expect(compileMender(http, compileOptions).problems).toEqual([]);
});
