import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJsonObject } from "../../../src/api/body.ts";
import { defaultApiSettings } from "../../../src/api/settings.ts";
import { WorkflowsError } from "../../../src/model/errors.ts";
import { anyText } from "../../support/any-text.ts";

const parse = (body: Buffer) => parseJsonObject(body, "Unable to parse", defaultApiSettings);

const wellFormed = anyText.filter((text) => text !== "__proto__");
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    wellFormed,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(wellFormed, tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

test("every object of well-formed values comes out as it was written", () => {
  fc.assert(
    fc.property(fc.dictionary(wellFormed, json, { maxKeys: 5, noNullPrototype: true }), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(parse(Buffer.from(text)))).toBe(text);
    }),
  );
});

test("whatever bytes come, the answer is an object or invalid_body", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.boolean(), (bytes, at, mutate) => {
      const valid = Buffer.from('{"name":{"a":[1,"\\u00e9",null]},"b":"é"}');
      const body = mutate
        ? Buffer.concat([valid.subarray(0, at % valid.length), bytes, valid.subarray(at % valid.length)])
        : Buffer.from(bytes);
      try {
        expect(typeof parse(body)).toBe("object");
      } catch (error) {
        expect(error).toBeInstanceOf(WorkflowsError);
        expect((error as WorkflowsError).code).toBe("invalid_body");
      }
    }),
  );
});
