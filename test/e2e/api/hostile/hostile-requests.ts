import type { Chance } from "./chance.ts";
import { mutated } from "./mutations.ts";
import { bytesOf, host, type Parts, startWith, validRequest } from "./valid-requests.ts";

export interface HostileRequest {
  readonly kind: "mutation" | "body" | "path" | "headers" | "valid";
  readonly bytes: Buffer;
}

/** The next request: most are wrong in some way, a few are right. `ids` are of jobs that exist. */
export function hostileRequest(chance: Chance, ids: readonly string[]): HostileRequest {
  const valid = validRequest(chance, ids);
  const of100 = chance.below(100);
  if (of100 < 5) return { kind: "valid", bytes: bytesOf(valid) };
  if (of100 < 45) return { kind: "mutation", bytes: mutated(chance, bytesOf(valid)) };
  if (of100 < 70) return { kind: "body", bytes: bytesOf(startWith(hostileBody(chance))) };
  if (of100 < 85) return { kind: "path", bytes: bytesOf({ ...valid, target: hostilePath(chance, valid.target) }) };
  return { kind: "headers", bytes: bytesOf(withHostileHeaders(chance, valid)) };
}

function hostileBody(chance: Chance): Buffer {
  const count = chance.below(20_000);
  const texts: readonly [() => string, ...(() => string)[]] = [
    () => "",
    () =>
      chance.of([
        "null",
        "true",
        "1",
        '"name"',
        "[]",
        "[{}]",
        "{}",
        "{,}",
        "{'name':1}",
        "{name:1}",
        "NaN",
        "undefined",
      ]),
    () => `{"name":${"[".repeat(count)}${"]".repeat(count)}}`,
    () => `{"name":${'{"a":'.repeat(count)}1${"}".repeat(count)}}`,
    () => "[".repeat(count),
    () => `{"name":[${"0,".repeat(count)}0]}`,
    () => `{${Array.from({ length: count / 4 }, (_, at) => `"${at}":0,`).join("")}"name":0}`,
    () =>
      `{"name":${chance.of(["1e400", "-1e400", "1".repeat(400), "0.1e-999", "01", "+1", ".5", "0x10", "Infinity", "- 1"])}}`,
    () => `{"name":"${chance.of(["\\ud800", "\\udc00\\ud800", "\\u00", "\\x41", "\t", "\0", "\\"])}"}`,
    () =>
      `{"name":1,"${chance.of(["__proto__", "\\u005f_proto__", "constructor", "prototype", "hasOwnProperty", "", "\\ud83d"])}":{"x":1}}`,
    () => `{"name":1,"name":{"name":${count}}}`,
    () => `{"name":"\${workflow.input.name} \${env.HOME} {{.x}} ' ; DROP TABLE jobs; -- "}`,
    () => `{"name":1}${chance.of([" ", "\n", "}", "x", "\0", "{}"])}`,
    () => `{"name":"${"x".repeat(chance.below(10) === 0 ? 1_100_000 : count)}"}`,
  ];
  if (chance.below(6) === 0) return chance.bytes(chance.below(200));
  const body = Buffer.from(chance.of(texts)());
  return chance.below(2) === 0 ? mutated(chance, body) : body;
}

function hostilePath(chance: Chance, path: string): string {
  const odd = chance.of([
    "%00",
    "%2e%2e%2f",
    "%zz",
    "%c0%af",
    "%ed%a0%80",
    "%25%32%35",
    "..",
    "\xff\xfe",
    "\u00e9",
    "__proto__",
    "constructor",
    "'; DROP TABLE jobs; --".replaceAll(" ", "+"),
    "%24{env.HOME}",
    "a".repeat(chance.of([99, 257, 2_000, 20_000])),
    "%41".repeat(chance.of([10, 300, 4_000])),
    "/".repeat(chance.of([1, 100])),
    ";a=b",
    "?",
    "#x",
    "*",
  ]);
  const query = chance.of([
    "limit=9999999999",
    "limit=-1&limit=2",
    "cursor=" + chance.bytes(8).toString("base64url"),
    "status[]=a",
    "status=__proto__",
    "status=" + "done,".repeat(1_000),
    "__proto__=1&constructor=2",
    "%ff=%ff&&&===&%",
    "workflow=%00",
    "a=1&".repeat(3_000),
  ]);
  switch (chance.below(5)) {
    case 0:
      return path + odd;
    case 1:
      return path.replace(/[^/?]+(?=[^/]*$)/, odd);
    case 2:
      return `/api/v1/jobs?${query}`;
    case 3:
      return chance.of([
        odd,
        "*",
        `http://evil.example${path}`,
        `//evil.example${path}`,
        path.toUpperCase(),
        `/${odd}${path}`,
      ]);
    default:
      return `${path}${path.includes("?") ? "&" : "?"}${query}`;
  }
}

function withHostileHeaders(chance: Chance, request: Parts): Parts {
  const name = chance.of([
    "Host",
    "Origin",
    "Sec-Fetch-Site",
    "Authorization",
    "Content-Type",
    "Content-Encoding",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Upgrade",
    "Expect",
    "Idempotency-Key",
    "X-Workflows-Min-Version",
    "Accept-Version",
    "X-HTTP-Method-Override",
    "__proto__",
    "constructor",
    "Cookie",
    "",
    "X \xff",
  ]);
  const value = chance.of([
    "",
    "\0",
    "a\rb",
    "\xff\xfe",
    "evil.example",
    "localhost:99999999",
    "[::1",
    "null",
    "http://[",
    "cross-site",
    "gzip, chunked",
    "chunked, chunked",
    "xchunked",
    "100-continue",
    "multipart/form-data; boundary=",
    "application/json; charset=utf-16",
    "-1",
    "1e3",
    "99999999999999999999",
    "0x1",
    "keep-alive, close, upgrade",
    "h2c",
    "Bearer " + "a".repeat(2_000),
    "b".repeat(chance.of([256, 8_000, 20_000])),
    "__proto__",
  ]);
  const extra = Array.from({ length: chance.of([1, 1, 1, 2, 3_000]) }, () => [name, value] as const);
  const kept = chance.below(3) === 0 ? request.headers : request.headers.filter(([other]) => other !== name);
  const headers = chance.below(10) === 0 ? extra : name === "Host" ? [...extra, ...kept] : [...kept, ...extra];
  const method =
    chance.below(6) === 0
      ? chance.of(["PUT", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "QUERY", "HEAD", "PATCH", "BREW"])
      : request.method;
  return { ...request, method, headers: headers.length === 0 ? [host] : headers };
}
