import { describe, expect, test } from "vitest";
import { textHider } from "../../../src/model/redaction.ts";

test.each([
  ["a=hunter2&b=1", "a=***&b=1"],
  ["xhunter2x", "x***x"],
  ["nothing of it", "nothing of it"],
])("a secret of four characters and more is hidden wherever it stands: %j", (text, shown) => {
  expect(textHider(["hunter2"])(text)).toBe(shown);
});

describe("a shorter secret", () => {
  test.each([
    ["042", "***"],
    ['{"pin":"042","amount":1042}', '{"pin":"***","amount":1042}'],
    ["http://bank/pins/042?pin=042&at=0420", "http://bank/pins/***?pin=***&at=0420"],
    ["X-Pin: 042", "X-Pin: ***"],
    ["pin_042", "pin_***"],
    ["a%20042%20b", "a%20***%20b"],
    ['"line\\n042\\n"', '"line\\n***\\n"'],
    ["é042 042é 042", "é042 042é ***"],
  ])("is hidden where it stands by itself: %j", (text, shown) => {
    expect(textHider(["042"])(text)).toBe(shown);
  });

  test("is so in each form that templates and bodies give it", () => {
    const hide = textHider(["a&b", "+é"]);
    expect(hide("?x=a%26b&y=%2B%C3%A9")).toBe("?x=***&y=***");
    expect(hide("<p>a&amp;b</p> a&b")).toBe("<p>***</p> ***");
  });

  test("without a letter or digit is not looked for: commas and brackets stand everywhere", () => {
    expect(textHider(["", "},", "{", "---"])('{"a": {"b": 1}, "c": 2} --- ')).toBe('{"a": {"b": 1}, "c": 2} --- ');
  });

  test("of a single character is none", () => {
    expect(textHider(["1", "a"])("a 1 b")).toBe("a 1 b");
  });

  test("that is part of a longer one leaves nothing of that", () => {
    expect(textHider(["a-b", "a-b-c"])("a-b-c a-b")).toBe("*** ***");
  });

  test("is no pattern", () => {
    expect(textHider(["a.c", "x*"])("abc a.c xx x*")).toBe("abc *** xx ***");
  });
});
