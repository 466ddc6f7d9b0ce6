// The modules of types that `src/client/` is written against: one of the named schemas of the OpenAPI document, one of what operations take and answer.
import { comment, type Schema, typeText } from "./type-text.ts";

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

/** What is read of an OpenAPI 3.1 document. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

const head =
  "// Made from the API's OpenAPI document: `node checks/reference/client-types.ts --write` writes it anew, `npm run check -- client-types` compares.";

/** Which module a named schema stands in. */
type Homes = ReadonlyMap<string, string>;

/** Operations that stand in one module, as one type. */
export interface OperationModule {
  readonly type: string;
  readonly ids: readonly string[];
}

/**
 * The texts of all modules, not formatted: those of `operations`, and the named schemas that these lead to, each in the first module of `schemas` whose roots
 * lead to it. Throws where the API describes no operation of a name, or a schema has no module.
 */
export function moduleTexts(
  openApi: OpenApi,
  operations: Readonly<Record<string, OperationModule>>,
  schemas: Readonly<Record<string, readonly string[] | "the rest">>,
): Record<string, string> {
  const all = openApi.components?.schemas ?? {};
  const texts = Object.entries(operations).map(([module, of]) => [module, operationsText(openApi, of)] as const);
  const needed = namesIn(all, texts.map(([, text]) => text).join("\n"));
  const homes = new Map<string, string>();
  for (const [module, roots] of Object.entries(schemas))
    for (const name of roots === "the rest"
      ? needed
      : [...roots, ...roots.flatMap((root) => namesIn(all, textOf(all, root)))])
      if (needed.includes(name) && !homes.has(name)) homes.set(name, module);
  const modules = Object.keys(schemas).map((module): [string, string] => {
    const own = needed.filter((name) => homes.get(name) === module);
    return [module, withImports(own.map((name) => schemaText(name, all[name] ?? {})).join("\n\n"), module, homes)];
  });
  return Object.fromEntries([
    ...modules,
    ...texts.map(([module, text]): [string, string] => [module, withImports(text, module, homes)]),
  ]);
}

function withImports(text: string, module: string, homes: Homes): string {
  const foreign = [...homes]
    .filter(([name, home]) => home !== module && isIn(name, text))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const imports = [...Map.groupBy(foreign, ([, home]) => home)].map(([home, names]) => {
    return `import type { ${names.map(([name]) => name).join(", ")} } from "./${home}.ts";`;
  });
  return [head, ...imports, text].join("\n\n");
}

/** Also those that stand within others. */
function namesIn(schemas: Readonly<Record<string, Schema>>, text: string): string[] {
  const found = new Set<string>();
  const pending = [text];
  for (let next = pending.pop(); next !== undefined; next = pending.pop())
    for (const name of Object.keys(schemas))
      if (!found.has(name) && isIn(name, next)) {
        found.add(name);
        pending.push(textOf(schemas, name));
      }
  return [...found].sort();
}

function textOf(schemas: Readonly<Record<string, Schema>>, name: string): string {
  return typeText(schemas[name] ?? {}, "answered");
}

function isIn(name: string, text: string): boolean {
  return new RegExp(`\\b${name}\\b(?!["?:])`).test(text.replaceAll(/\/\*\*[\s\S]*?\*\//g, ""));
}

function schemaText(name: string, schema: Schema): string {
  const text = typeText(schema, "answered");
  const isInterface = text.startsWith("{") && text.endsWith("}");
  return `${comment(schema)}export ${isInterface ? `interface ${name} ${text}` : `type ${name} = ${text};`}`;
}

function operationsText({ paths }: OpenApi, { type, ids }: OperationModule): string {
  const all = new Map(
    Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .map((operation) => [operation.operationId, operation]),
  );
  const texts = ids.map((id) => {
    const operation = all.get(id);
    if (operation === undefined) throw new TypeError(`The API describes no operation ${id}`);
    const { summary } = operation;
    const members = [queryText(operation), bodyText(operation), answerText(operation)].filter((text) => text !== "");
    const about = comment({ ...(summary !== undefined && { description: summary }) });
    return `${about}readonly ${id}: {\n${members.join("\n")}\n};`;
  });
  return `/** Operations by their ids: the query and the body that each takes, and what it answers when all went well. */\nexport interface ${type} {\n${texts.join("\n")}\n}`;
}

function queryText({ parameters = [] }: Operation): string {
  const query = parameters.filter((parameter) => parameter.in === "query");
  if (query.length === 0) return "";
  const properties = query.map(({ name, schema, description }) => [
    name,
    { ...schema, ...(description !== undefined && { description }) },
  ]);
  const required = query.filter((parameter) => parameter.required === true).map(({ name }) => name);
  const object = { type: "object", properties: Object.fromEntries(properties) as Record<string, Schema>, required };
  return `readonly query: ${typeText(object, "asked")};`;
}

function bodyText({ requestBody }: Operation): string {
  const schema = jsonOf(requestBody);
  return schema === undefined ? "" : `readonly body: ${typeText(schema, "asked")};`;
}

function answerText({ responses }: Operation): string {
  const answers = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([, response]) => jsonOf(response) ?? []);
  return answers.length === 0 ? "" : `readonly answer: ${typeText({ anyOf: answers }, "answered")};`;
}

function jsonOf(content: Content | undefined): Schema | undefined {
  return content?.content?.["application/json"]?.schema;
}
