import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAddress } from "../../../../src/tasks/smtp/mail/address.ts";
import { listed } from "../../../../src/tasks/smtp/mail/recipients.ts";

test.for([
  ["ada@example.com", "", "ada@example.com"],
  ["  ada@example.com ", "", "ada@example.com"],
  ["<ada@example.com>", "", "ada@example.com"],
  ["Ada <ada@example.com>", "Ada", "ada@example.com"],
  ["Ada < ada@example.com >", "Ada", "ada@example.com"],
  ['"Lovelace, Ada" <ada@example.com>', "Lovelace, Ada", "ada@example.com"],
  ['"a \\"b\\" \\\\c" <ada@example.com>', 'a "b" \\c', "ada@example.com"],
  ["Žofie <ada@example.com>", "Žofie", "ada@example.com"],
  ["a.b+c_d-e!#$%&'*/=?^`{|}~@example.com", "", "a.b+c_d-e!#$%&'*/=?^`{|}~@example.com"],
  ["root@localhost", "", "root@localhost"],
  ["ada@bücher.example", "", "ada@xn--bcher-kva.example"],
  ["ada@mail_1.example", "", "ada@mail_1.example"],
] as const)("%s is an address", ([text, name, address]) => {
  expect(parseAddress(text)).toEqual({ name, address });
});

test.for([
  ["", /no "@"/],
  ["ada", /no "@"/],
  ["@example.com", /before the "@"/],
  ["ada@", /not a domain/],
  ["ada@exa mple.com", /not a domain/],
  ["ada@-example.com", /not a domain/],
  ["ada@example..com", /not a domain/],
  ["ada@[127.0.0.1]", /not a domain/],
  ["ada@example.com.", /not a domain/],
  [".ada@example.com", /before the "@"/],
  ["a..b@example.com", /before the "@"/],
  ["a@b@example.com", /before the "@"/],
  ['"a b"@example.com', /before the "@"/],
  ["ada(comment)@example.com", /before the "@"/],
  ["žofie@example.com", /before the "@"/],
  ["a@example.com, b@example.com", /more than one address/],
  ["a@example.com; b@example.com", /more than one address/],
  ["Ada <a@example.com> <b@example.com>", /neither ADDRESS nor NAME <ADDRESS>/],
  ["Ada <a@example.com> x", /neither ADDRESS nor NAME <ADDRESS>/],
  ["<<a@example.com>", /neither ADDRESS nor NAME <ADDRESS>/],
  ["Ada <a@example.com", /neither ADDRESS nor NAME <ADDRESS>/],
  ["a@example.com\r\nBcc: b@example.com", /line break/],
  ["Ada\u0085 <a@example.com>", /line break/],
  ["Ada\u2028 <a@example.com>", /line break/],
  [`${"a".repeat(65)}@example.com`, /more than 64/],
  [`a@${"b.".repeat(126)}bb`, /more than 254/],
] as const)("%j is none", ([text, problem]) => {
  expect(parseAddress(text)).toEqual({ problem: expect.stringMatching(problem) as string });
});

test("whatever is read as an address is one that needs no quotes, and nothing of it is a line break", () => {
  const piece = fc.constantFrom(
    "a",
    "@",
    "<",
    ">",
    ",",
    ";",
    '"',
    "\\",
    "(",
    ")",
    " ",
    "\r\n",
    "\0",
    "é",
    ".",
    "example.com",
    ":",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const parsed = parseAddress(pieces.join(""));
      if ("problem" in parsed) return;
      expect(parsed.address).toMatch(/^[^\s<>",;:()\\@]+@[a-z0-9._-]+$/i);
      expect(parsed.name).not.toMatch(/[\r\n\0<>]/);
    }),
    { numRuns: 3000 },
  );
});

test("commas separate addresses, but not inside quotes", () => {
  expect(listed('a@x, "B, C" <b@x> ,, c@x')).toEqual(["a@x", '"B, C" <b@x>', "c@x"]);
  expect(listed(" , ")).toEqual([]);
});
