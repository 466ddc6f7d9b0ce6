// Documents of others' formats, held against the part of the format that we use: a field that is not in it is a mistake,
// because a misspelt one would be.
import { type Static, type TObject, type TProperties, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { LineCounter, parseAllDocuments } from "yaml";

export type Shaped<Schema extends TSchema> =
  | { readonly value: Static<Schema>; readonly problems: readonly [] }
  | { readonly value?: never; readonly problems: readonly string[] };

/** An object of these fields and no others. */
export function only<Fields extends TProperties>(fields: Fields): TObject<Fields> {
  return Type.Object(fields, { additionalProperties: false });
}

export const optional = Type.Optional;

/** Names that the author chose, each with a text. */
export const texts = Type.Record(Type.String(), Type.String());

/** The value as what the schema says, or everything that is wrong with it. */
export function shaped<Schema extends TSchema>(schema: Schema, value: unknown, where: string): Shaped<Schema> {
  if (Value.Check(schema, value)) return { value, problems: [] };
  const problems = Value.Errors(schema, value)
    .filter(({ keyword }) => keyword !== "additionalProperties") // told again by each of the fields
    .map(({ keyword, instancePath, message }) =>
      keyword === "boolean"
        ? `${where}: ${instancePath} is no field that we know`
        : `${where}: ${instancePath} ${message}`,
    );
  return { problems };
}

/** The documents of a YAML file as plain values, with merged keys. */
export function yamlDocuments(file: string, text: string): { values: unknown[]; problems: string[] } {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true });
  if ("empty" in documents) return { values: [], problems: [`${file}: is empty`] };
  const problems = documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${message}`),
  );
  return { values: problems.length > 0 ? [] : documents.map((document) => document.toJS() as unknown), problems };
}
