import type { Chance } from "./chance.ts";

export interface Parts {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
}

/** As it goes over the wire. The length of the body is told, unless a header says something about it. */
export function bytesOf({ method, target, headers, body }: Parts): Buffer {
  const told = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  const framing = body === undefined || told ? "" : `Content-Length: ${body.length}\r\n`;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}${framing}\r\n`, "latin1");
  return body === undefined ? head : Buffer.concat([head, body]);
}

export const host = ["Host", "localhost"] as const;
const close = ["Connection", "close"] as const;

export function startWith(body: Buffer | string, headers: Parts["headers"] = []): Parts {
  return {
    method: "POST",
    target: "/api/v1/workflow/greet",
    headers: [host, close, ...headers],
    body: Buffer.from(body),
  };
}

function batchWith(body: string, headers: Parts["headers"] = []): Parts {
  return { ...startWith(body, headers), target: "/api/v1/workflow/greet/batch" };
}

function definitionWith(body: string, headers: Parts["headers"] = []): Parts {
  return { ...startWith(body, headers), target: "/api/v1/metadata/workflows" };
}

/** A request that is right, of any kind; `ids` are of jobs that exist. */
export function validRequest(chance: Chance, ids: readonly string[]): Parts {
  const id = ids[chance.below(ids.length)] ?? "0123456789abcdef01234567";
  const get = (target: string): Parts => ({ method: "GET", target, headers: [host, close, ["Accept", "*/*"]] });
  const json = ["Content-Type", "application/json"] as const;
  const kinds: readonly [() => Parts, ...(() => Parts)[]] = [
    () => startWith(JSON.stringify({ name: "Ada", age: chance.below(100), tags: ["a", { b: null }] }), [json]),
    () => startWith('{"name":"\\u00e9\\ud83d\\ude00€"}', [["Idempotency-Key", `key ${chance.below(20)}`]]),
    () => startWith('{"name":""}', [json, ["X-Workflows-Min-Version", "4"]]),
    () => ({ ...startWith('c\r\n{"name":true}\r\n0\r\n\r\n'), headers: [host, ["Transfer-Encoding", "chunked"]] }),
    () => batchWith(JSON.stringify([{ name: "Ada" }, {}, { name: [chance.below(9)] }])),
    () => batchWith('[{"name":""}]', [["Idempotency-Key", `batch ${chance.below(5)}`]]),
    () =>
      definitionWith(
        `{"name":"added","version":${chance.below(20)},"tasks":[{"name":"a","type":"http","http":{"uri":"http://a/"}}]}`,
      ),
    () =>
      definitionWith("name: yaml\ntasks: [{name: a, type: http, http: {uri: 'http://a/'}}]", [
        ["Content-Type", "text/yaml"],
      ]),
    () => get("/api/v1/metadata/workflows"),
    () => get("/status"),
    () => get("/api/v1/health"),
    () => get(`/api/workflow/greet/${id}`),
    () => get(`/api/v1/jobs/${id}`),
    () => get(`/api/v1/jobs/${id}/history`),
    () => get(`/api/v1/jobs?status=pending,done&workflow=greet&limit=${1 + chance.below(5)}`),
    () => ({
      method: "POST",
      target: `/api/v1/jobs/${id}/${chance.of(["cancel", "pause", "resume", "retry", "restart"])}`,
      headers: [host],
      body: Buffer.from('{"reason":"r"}'),
    }),
  ];
  return chance.of(kinds)();
}
