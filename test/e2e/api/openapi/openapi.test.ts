import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { errorTable } from "../../../../src/api/errors.ts";
import { newToken } from "../../../../src/api/tokens.ts";
import { Checker } from "../../../support/openapi/checker.ts";
import { answerTo, type Media, type OpenApi, type Operation } from "../../../support/openapi/document.ts";
import { type ApiServer, apiServer } from "../api-server.ts";
import { send } from "../http-client.ts";

let server: ApiServer;
let api: OpenApi;

beforeAll(async () => {
  const { hash } = newToken();
  server = await apiServer({ settings: { tokens: [{ name: "ci", role: "admin", hash }] } });
  api = (await send(`${server.url}/api/v1/openapi.json`)).json as OpenApi;
});

afterAll(() => server[Symbol.asyncDispose]());

interface Described {
  /** As the reference writes it: `GET /api/v1/jobs/:id`. */
  readonly call: string;
  readonly operation: Operation;
}

function described(): Described[] {
  return Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
      operation,
    })),
  );
}

test("the reference and the description have the same calls, with the same roles", async () => {
  const text = await readFile(new URL("../../../../docs/reference/api.md", import.meta.url), "utf8");
  const table = text.split("## Who may call")[0] ?? "";
  const rows = [...table.matchAll(/^\| (`[^|]+) \| (\w+) \|/gm)].flatMap(([, calls = "", role = ""]) =>
    [...calls.matchAll(/`([A-Z]+ \/\S+)`/g)].map(([, call = ""]) => ({ call, role: role === "none" ? [] : [role] })),
  );
  expect(rows.length).toBeGreaterThan(25);
  const calls = described();
  for (const { call, operation } of calls) {
    const row = rows.find((written) => written.call === call) ?? rows.find((written) => stands(written.call, call));
    expect(row, `docs/reference/api.md has no row for ${call}`).toBeDefined();
    expect(row?.role, call).toEqual((operation.security ?? []).flatMap(({ bearer }) => bearer));
  }
  for (const row of rows)
    expect(
      calls.some(({ call }) => row.call === call || stands(row.call, call)),
      `${row.call} is not described`,
    ).toBe(true);
});

/** One row stands for several calls: `/jobs/bulk/:action` for `/jobs/bulk/cancel`. */
function stands(row: string, call: string): boolean {
  const parts = call.split("/");
  const named = row.split("/");
  return named.length === parts.length && named.every((part, at) => part === ":action" || part === parts[at]);
}

test("each call has a name of its own, a summary, a known tag, and a word on each parameter and answer", () => {
  const tags = (api as unknown as { tags: { name: string }[] }).tags.map(({ name }) => name);
  const names = described().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { call, operation } of described()) {
    expect(operation.operationId, call).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary, call).toMatch(/^[A-Z].*[^.]$/);
    expect(operation.tags, call).toHaveLength(1);
    expect(tags, call).toContain(operation.tags?.[0]);
    for (const { name, description = "" } of operation.parameters ?? [])
      if (!/_(from|to)$/.test(name)) expect(description, `${call}: ${name}`).not.toBe("");
    for (const status of Object.keys(operation.responses))
      expect(answerTo(api, operation, Number(status))?.description, `${call}: ${status}`).not.toMatch(/^(Default|$)/);
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith("2")),
      call,
    ).toBe(true);
  }
});

test("each error that a call can answer is in the table of errors, under its status", () => {
  for (const { call, operation } of described())
    for (const status of Object.keys(operation.responses).filter((text) => text >= "400")) {
      const schema = answerTo(api, operation, Number(status))?.content?.["application/json"]?.schema;
      const codes = (schema?.properties?.["code"] as { enum?: string[] } | undefined)?.enum ?? [];
      expect(codes.length, `${call}: ${status}`).toBeGreaterThan(0);
      for (const code of codes)
        expect(errorTable[code as keyof typeof errorTable], `${call}: ${code}`).toMatchObject({
          status: Number(status),
        });
    }
});

test("each call has an example of its body and of each answer when all goes well", () => {
  const without = described().flatMap(({ call, operation }) => {
    const well = Object.keys(operation.responses).filter((status) => status.startsWith("2"));
    const media = [operation.requestBody, ...well.map((status) => answerTo(api, operation, Number(status)))];
    return media
      .flatMap((has) => Object.entries(has?.content ?? {}))
      .flatMap(([type, { example, examples }]) =>
        example === undefined && examples === undefined ? [`${call} ${type}`] : [],
      );
  });
  expect(without).toEqual([]);
});

test("examples are as their schemas say", () => {
  const checker = new Checker(api);
  const mistakes = described().flatMap(({ call, operation }) => {
    const answers = Object.keys(operation.responses).map((status) => answerTo(api, operation, Number(status)));
    const media: Media[] = [
      ...(operation.parameters ?? []),
      ...[operation.requestBody, ...answers].flatMap((has) => Object.values(has?.content ?? {})),
    ];
    return media.flatMap(({ schema, example, examples = {} }) =>
      [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)].flatMap(
        (value) => checker.mistakesIn(schema, value, call),
      ),
    );
  });
  expect(mistakes).toEqual([]);
});

test("it is given to everybody, as JSON and as YAML, but not to foreign hosts and pages", async () => {
  const yaml = await send(`${server.url}/api/v1/openapi.yaml`).catch((error: unknown) => error);
  expect(yaml).toBeInstanceOf(SyntaxError); // no JSON
  const text = await (await fetch(`${server.url}/api/v1/openapi.yaml`)).text();
  expect(parse(text)).toEqual(api);
  for (const path of ["/api/v1/openapi.json", "/docs", "/docs/json"])
    for (const headers of [{ host: "evil.example" }, { origin: "http://evil.example" }])
      expect((await send(server.url + path, { headers })).status, path).toBe(403);
});

test("what people may see of it without tokens says that none is needed", async () => {
  await using open = await apiServer();
  const { paths } = (await send(`${open.url}/api/v1/openapi.json`)).json as OpenApi;
  expect(
    Object.values(paths)
      .flatMap(Object.values)
      .flatMap((operation: Operation) => operation.security),
  ).toEqual([]);
});
