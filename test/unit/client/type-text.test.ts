import { expect, test } from "vitest";
import { moduleTexts } from "../../../checks/reference/client/module-text.ts";
import { type Schema, typeText } from "../../../checks/reference/client/type-text.ts";

test.for<[schema: Schema, type: string]>([
  [{ type: "integer" }, "number"],
  [{ type: ["string", "null"] }, "string | null"],
  [{ enum: ["a", 1, null] }, '"a" | 1 | null'],
  [{ type: "boolean", const: true }, "true"],
  [{ anyOf: [{ type: "string" }, { $ref: "#/components/schemas/Job" }] }, "string | Job"],
  [{ type: "array", items: { anyOf: [{ type: "string" }, { type: "number" }] } }, "readonly (string | number)[]"],
  [{ type: "object", additionalProperties: { type: "string" } }, "Readonly<Record<string, string>>"],
  [{}, "unknown"],
  [
    { type: "object", required: ["a"], properties: { a: { type: "string", description: "It */ is" }, "b-c": {} } },
    '{\n/** It * / is */\nreadonly a: string;\nreadonly "b-c"?: unknown;\n}',
  ],
])("a schema means the same as a type: %j", ([schema, type]) => {
  expect(typeText(schema, "answered")).toBe(type);
});

test("what cannot be said as a type is an error, not a gap", () => {
  expect(() => typeText({ type: "date" }, "answered")).toThrow("date");
  expect(() => typeText({ $ref: "https://elsewhere/schema" }, "answered")).toThrow("names no schema");
  expect(() => moduleTexts({ paths: {} }, { operations: { type: "Operations", ids: ["getJob"] } }, {})).toThrow(
    "getJob",
  );
});

test("of what is asked, a member that may be left out may also be undefined", () => {
  expect(typeText({ type: "object", properties: { a: { type: "string" } } }, "asked")).toContain(
    "a?: string | undefined",
  );
});
