// JSON Schema, as the OpenAPI document has it, written as a TypeScript type.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
  readonly title?: string;
}

/** How values come: `answered` ones are only read; of what is `asked` a member may also be there and undefined, as it is convenient to write. */
export type Use = "answered" | "asked";

/** The type in TypeScript's words, not formatted. Throws where a schema says something that would be lost. */
export function typeText(schema: Schema, use: Use): string {
  const { $ref, const: only, enum: values, type } = schema;
  if ($ref !== undefined) return nameOf($ref);
  if ("const" in schema) return literal(only);
  if (values !== undefined) return union(values.map(literal));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return union(alternatives.map((one) => typeText(one, use)));
  if (schema.allOf !== undefined) return schema.allOf.map((one) => `(${typeText(one, use)})`).join(" & ");
  if (typeof type !== "string" && type !== undefined)
    return union(type.map((one) => typeText({ ...schema, type: one }, use)));
  switch (type) {
    case undefined:
      return "unknown";
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return arrayText(schema, use);
    case "object":
      return objectText(schema, use);
    default:
      throw new TypeError(`No type of TypeScript is known for ${JSON.stringify(schema)}`);
  }
}

/** The last part of `#/components/schemas/NAME`. */
function nameOf(reference: string): string {
  const name = /^#\/components\/schemas\/([A-Za-z]\w*)$/.exec(reference)?.[1];
  if (name === undefined) throw new TypeError(`${reference} names no schema`);
  return name;
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}

function union(types: readonly string[]): string {
  return [...new Set(types)]
    .map((type) => (type.includes("=>") || type.includes("&") ? `(${type})` : type))
    .join(" | ");
}

function arrayText({ items, prefixItems }: Schema, use: Use): string {
  if (prefixItems !== undefined) return `readonly [${prefixItems.map((item) => typeText(item, use)).join(", ")}]`;
  return `readonly (${items === undefined || items === false ? "unknown" : typeText(items, use)})[]`;
}

function objectText({ properties, required = [], additionalProperties }: Schema, use: Use): string {
  if (properties === undefined || Object.keys(properties).length === 0)
    return typeof additionalProperties === "object"
      ? `Readonly<Record<string, ${typeText(additionalProperties, use)}>>`
      : "Readonly<Record<string, unknown>>";
  const members = Object.entries(properties).map(([name, schema]) => {
    const isRequired = required.includes(name);
    const type = typeText(schema, use);
    const mayBeUndefined = !isRequired && use === "asked" && type !== "unknown" ? " | undefined" : "";
    return `${comment(schema)}readonly ${memberName(name)}${isRequired ? "" : "?"}: ${type}${mayBeUndefined};`;
  });
  return `{\n${members.join("\n")}\n}`;
}

function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** What the document says of something, as editors show it. */
export function comment({ description }: { readonly description?: string }): string {
  if (description === undefined || description === "") return "";
  const lines = description.replaceAll("*/", "* /").trim().split("\n");
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}
