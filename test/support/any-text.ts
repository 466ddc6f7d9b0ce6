import fc from "fast-check";

const surrogates = { from: 0xd800, count: 0x800 };

/** Texts of any characters: what `fc.string({ unit: "binary" })` makes, for which that lists a million characters first, which takes seconds. */
export const anyText = fc.string({
  unit: fc
    .integer({ min: 0, max: 0x10ffff - surrogates.count })
    .map((at) => String.fromCodePoint(at < surrogates.from ? at : at + surrogates.count)),
});
