import type { Chance } from "./chance.ts";

const tokens: readonly [string, ...string[]] = [
  "\r\n",
  "\r\n\r\n",
  "\n",
  "\0",
  " ",
  "%00",
  "%",
  "%ff",
  "../",
  "?",
  "#",
  "{",
  "[[[[[[[[",
  '"',
  "\\",
  "\\ud800",
  '"__proto__":{"a":1},',
  "1e999",
  "-0",
  "\xff",
  "\xed\xa0\x80",
  "\xef\xbb\xbf",
  "Host: evil.example\r\n",
  "Origin: http://evil.example\r\n",
  "Content-Length: 0\r\n",
  "Content-Length: 18446744073709551616\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: identity, chunked\r\n",
  "Content-Encoding: gzip\r\n",
  "Expect: 100-continue\r\n",
  "Connection: Upgrade\r\nUpgrade: websocket\r\n",
  "Idempotency-Key: key 1\r\n",
  "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "ffffffffffffffff\r\n",
];

/** One to four changes at any place of it. */
export function mutated(chance: Chance, bytes: Buffer): Buffer {
  let mutant = bytes;
  for (let left = 1 + chance.below(4); left > 0; left--) mutant = mutatedOnce(chance, mutant);
  return mutant;
}

function mutatedOnce(chance: Chance, bytes: Buffer): Buffer {
  const from = chance.below(bytes.length + 1);
  const to = Math.min(bytes.length, from + 1 + chance.below(12));
  const [before, part, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  switch (chance.below(8)) {
    case 0: // a bit
      return Buffer.concat([before, part.map((byte, at) => (at === 0 ? byte ^ (1 << chance.below(8)) : byte)), after]);
    case 1: // a byte
      return Buffer.concat([before, chance.bytes(1), bytes.subarray(from + 1)]);
    case 2: // something left out
      return Buffer.concat([before, after]);
    case 3: // something twice, or often
      return Buffer.concat([before, ...Array.from({ length: 2 + chance.below(50) }, () => part), after]);
    case 4: // the end missing
      return before;
    case 5: // upside down
      return Buffer.concat([before, Buffer.from(part).reverse(), after]);
    case 6: // rubbish in between
      return Buffer.concat([before, chance.bytes(1 + chance.below(20)), part, after]);
    default:
      return Buffer.concat([before, Buffer.from(chance.of(tokens), "latin1"), part, after]);
  }
}
