import { expect, test } from "vitest";
import { apiServer, greet } from "../api-server.ts";
import { type HttpAnswer, post, send } from "../http-client.ts";

const path = "/api/v1/metadata/workflows";

function definition(changes: object = {}): Record<string, unknown> {
  const task = { name: "call", type: "http", http: { uri: "http://service/${workflow.input.name}" } };
  return { name: "added", version: 1, inputParameters: ["name"], tasks: [task], ...changes };
}

function withTask(task: object): Record<string, unknown> {
  return definition({ tasks: [{ name: "do", ...task }] });
}

async function names({ url }: { readonly url: string }): Promise<unknown[]> {
  const { status, json } = await send(url + path);
  expect(status).toBe(200);
  return (json as readonly { readonly name: string }[]).map(({ name }) => name);
}

test("a definition that is posted is stored, answered by GET as it came, and can be started at once", async () => {
  await using server = await apiServer();
  const document = definition({
    description: "a",
    tasks: [{ type: "http", name: "z", http: { json: { b: 1, a: 2 }, uri: "http://s/" } }],
  });
  const added = await post(server.url + path, document);
  expect(added.status).toBe(201);
  expect(added.json).toEqual({ name: "added", version: 1, warnings: [] });
  const { text } = await send(server.url + path);
  expect(text).toContain(JSON.stringify(document));
  const started = await post(`${server.url}/api/v1/workflow/added`, { name: "Ada" });
  expect(started.status).toBe(201);
  const { id } = started.json as { id: string };
  expect((await server.store.jobs.get(id))?.workflow).toMatchObject({ name: "added", version: 1 });
});

test("a higher version is what new jobs run, a lower one is kept and starts nothing; GET has the newest of each", async () => {
  await using server = await apiServer();
  for (const version of [3, 5, 4]) expect((await post(server.url + path, definition({ version }))).status).toBe(201);
  const { json } = await post(`${server.url}/api/workflow/added`, { name: 1 }, { "x-workflows-min-version": "5" });
  expect((await server.store.jobs.get((json as { id: string }).id))?.workflow.version).toBe(5);
  const all = (await send(server.url + path)).json as readonly { readonly name: string; readonly version: number }[];
  expect(all.filter(({ name }) => name === "added").map(({ version }) => version)).toEqual([5]);
});

test("a definition without a version is version 1, and shown so", async () => {
  await using server = await apiServer();
  expect((await post(server.url + path, definition({ version: undefined }))).json).toMatchObject({ version: 1 });
  expect((await send(server.url + path)).json).toContainEqual(definition({ version: 1 }));
  const capital = { ...definition({ name: "capital", version: undefined }), Version: 7 };
  expect((await post(server.url + path, capital)).json).toMatchObject({ version: 7 });
  const shown = ((await send(server.url + path)).json as object[]).find((one) => "Version" in one);
  expect(shown, "as it was written").toEqual(JSON.parse(JSON.stringify(capital)));
});

test("YAML is taken where Content-Type says so", async () => {
  await using server = await apiServer();
  const http = "{uri: 'http://s/', headers: {X-Version: 1.10}}";
  const yaml = `# a comment\nname: added\ntasks:\n  - {name: call, type: http, http: ${http}}\n`;
  expect((await post(server.url + path, yaml)).json).toMatchObject({
    code: "invalid_body",
    error: expect.stringContaining("Content-Type: application/yaml"),
  });
  const broken = (await post(server.url + path, '{"name": added}')).json as { readonly error: string };
  expect(broken.error).not.toContain("yaml");
  for (const [index, type] of [
    "application/yaml",
    "text/yaml; charset=utf-8",
    "Application/X-YAML",
    "text/x-yaml",
  ].entries()) {
    const answer = await post(server.url + path, yaml.replace("added", `yaml_${index}`), { "content-type": type });
    expect([type, answer.status]).toEqual([type, 201]);
  }
  expect((await send(server.url + path)).text, "a text needs no quotes").toContain('"X-Version":"1.10"');
  expect((await post(server.url + path, definition(), { "content-type": "yaml" })).status, "JSON under any other").toBe(
    201,
  );
});

test("YAML that its aliases make many times as large is refused with the limit, and nothing of it is stored", async () => {
  await using server = await apiServer();
  const json = `[&a '${"x".repeat(900_000)}'${", *a".repeat(95)}]`;
  const yaml = `name: added\ntasks:\n  - {name: call, type: http, http: {uri: 'http://s/', json: ${json}}}\n`;
  const answer = await post(server.url + path, yaml, { "content-type": "application/yaml" });
  expect(answer.status).toBe(400);
  expect(answer.headers["retry-after"]).toBeUndefined();
  expect(answer.json).toMatchObject({ code: "invalid_body", error: expect.stringContaining("at most 2097152") });
  expect(await names(server)).not.toContain("added");
});

test("a version that is there already is 409, whatever is in it; and of many posts at once one is taken", async () => {
  await using server = await apiServer();
  const posts = await Promise.all(
    Array.from({ length: 10 }, (_, index) => post(server.url + path, definition({ description: `${index % 3}` }))),
  );
  expect(posts.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array(9).fill(409)]);
  const again = await post(server.url + path, definition());
  expect(again.status).toBe(409);
  expect(again.json).toEqual({
    error: "Workflow already exists",
    code: "workflow_exists",
    details: [{ at: "/version", message: expect.stringContaining('Version 1 of workflow "added"') }],
  });
  const loaded = await post(server.url + path, definition({ name: "greet", version: greet().version }));
  expect(loaded.json).toMatchObject({ error: "Workflow already exists" });
});

test("what is no definition is refused with every mistake and its place, and nothing is stored", async () => {
  await using server = await apiServer();
  const before = await names(server);
  const refused: readonly (readonly [body: unknown, error: string | RegExp, ...at: string[]])[] = [
    [{}, "Workflow missing name", "", ""],
    [definition({ name: undefined }), "Workflow missing name", ""],
    [definition({ name: "" }), "Workflow missing name", ""],
    [definition({ name: undefined, timeout: 0 }), "Workflow missing name", "", "/timeout"],
    [
      definition({ name: "batch" }),
      /^Invalid workflow definition: \/name a workflow cannot be called "batch"/,
      "/name",
    ],
    [definition({ tasks: [] }), /at least one task/, "/tasks"],
    [definition({ inputParamters: [], timeout: -1 }), /unknown field/, "/inputParamters", "/timeout"],
    [[definition()], /must be an object, not an array/, ""],
    ["7", /must be an object/, ""],
    [withTask({ type: "htp", http: {} }), /unknown type/, "/tasks/0/type"],
  ];
  for (const [body, error, ...at] of refused) {
    const answer = await post(server.url + path, body);
    const { error: told, code, details } = answer.json as { error: string; code: string; details: { at: string }[] };
    expect([answer.status, code], JSON.stringify(body)).toEqual([400, "invalid_definition"]);
    if (typeof error === "string") expect(told).toBe(error);
    else expect(told).toMatch(error);
    expect(details.map((detail) => detail.at).slice(0, at.length)).toEqual(at);
  }
  const misspelt = (await post(server.url + path, definition({ inputParamters: [] }))).json;
  expect(misspelt).toMatchObject({
    details: [{ message: expect.stringContaining('did you mean "inputParameters"?') }],
  });
  expect(await names(server)).toEqual(before);
});

test("what cannot be read is refused with line and column", async () => {
  await using server = await apiServer();
  for (const body of [
    "",
    "{",
    '{"name":"a","name":"b"}',
    Buffer.from('{"name":"\xff"}', "latin1"),
    "[".repeat(50_000),
  ]) {
    const answer = await post(server.url + path, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: expect.stringMatching(/^Unable to parse the workflow definition: ./),
      code: "invalid_body",
    });
  }
  const { json } = await post(server.url + path, '{"name": "x",\n "tasks": [,]}');
  expect(json).toMatchObject({ details: [{ message: expect.stringContaining("(line 2, column 12)") }] });
  const comma = await post(server.url + path, '{"name": "x",\n}');
  expect(comma.json).toMatchObject({ error: expect.stringMatching(/\(line 2 column 1\)$/) });
  const large = await post(server.url + path, definition({ description: "x".repeat(1024 * 1024) }));
  expect(large.status).toBe(413);
});

test("warnings come with the answer", async () => {
  await using server = await apiServer();
  const answer = await post(
    server.url + path,
    withTask({ type: "http", http: { uri: "http://s/" }, backoff: { factor: 2 } }),
  );
  expect(answer.status).toBe(201);
  expect(answer.json).toMatchObject({
    warnings: [{ at: "/tasks/0/backoff", message: expect.stringContaining("no effect") }],
  });
});

test("a definition that is posted names no files", async () => {
  await using server = await apiServer();
  const smtp = { from: "a@example.com", to: ["b@example.com"], subject: "s" };
  for (const [index, body] of ["@mail.txt", "@/etc/passwd", "@../x"].entries()) {
    const answer = await post(server.url + path, {
      ...withTask({ type: "smtp", smtp: { ...smtp, body } }),
      version: index,
    });
    expect(answer.status, body).toBe(400);
    expect(answer.json).toMatchObject({
      details: [{ at: "/tasks/0/smtp/body", message: expect.stringContaining("file") }],
    });
  }
  expect((await post(server.url + path, withTask({ type: "smtp", smtp: { ...smtp, body: "b" } }))).status).toBe(201);
});

test("a definition that is posted may run no program that a file's may not, and read no other variables", async () => {
  await using server = await apiServer();
  const commandOf = (...command: string[]) => withTask({ type: "cli", cli: { command } });
  expect((await post(server.url + path, commandOf("/bin/true"))).status).toBe(201);
  for (const program of ["/bin/sh", "true", "/bin/../bin/true"]) {
    const answer: HttpAnswer = await post(server.url + path, { ...commandOf(program, "-c", "id"), version: 2 });
    expect(answer.status, program).toBe(400);
    expect(answer.json).toMatchObject({
      details: [{ at: "/tasks/0/cli/command/0", message: expect.stringContaining("may not run") }],
    });
  }
  const answer = await post(server.url + path, {
    ...withTask({ type: "http", http: { uri: "http://${env.AWS_SECRET|a}/" } }),
    version: 3,
  });
  expect(JSON.stringify(answer.json)).toContain("env_allowed");
});
