import { expect, test } from "vitest";
import { DefinitionError } from "../../../../../src/model/errors.ts";
import type { Resolve } from "../../../../../src/tasks/http/call/connector.ts";
import { codeOf, newCaller, responseOf } from "../calls.ts";
import { startService } from "../local-service.ts";
import { observeSockets } from "./sockets.ts";
import { type Vector, vectors } from "./vectors.ts";

/** A resolver that finds each list in turn, the last for ever. */
function finding(lists: Vector["found"] = [["127.0.0.1"]]): Resolve & { asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, _, callback) => {
    const found = lists[Math.min(asked.length, lists.length - 1)] ?? [];
    asked.push(hostname);
    const addresses = found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    setImmediate(() => callback(null, addresses));
  };
  return Object.assign(resolve, { asked });
}

/** `definition`, or the code with which the attempt failed. */
async function refusal(vector: Vector): Promise<string> {
  await using caller = newCaller({ refusePrivate: vector.refusePrivate ?? false }, finding(vector.found));
  try {
    const part = { uri: vector.uri, ...(vector.hostFromInput === true && { hostFromInput: true }) };
    const outcome = await caller.call(part, { env: { ...vector.env }, input: { ...vector.input } });
    expect(outcome).not.toMatchObject({ retryable: true, error: { code: "address_refused" } });
    return codeOf(outcome);
  } catch (error) {
    if (error instanceof DefinitionError) return "definition";
    throw error;
  }
}

test("there are hundreds of vectors", () => {
  expect(new Set(vectors.map((vector) => JSON.stringify(vector))).size).toBeGreaterThan(400);
});

test.for(vectors)("no socket is opened for $name", async (vector) => {
  using sockets = observeSockets();
  const code = await refusal(vector).catch((error: unknown) => {
    if (error instanceof Error && error.name === "RenderError") return "render_failed";
    throw error;
  });
  expect(sockets.attempts).toEqual([]);
  expect(["definition", "render_failed", "address_refused", "request_invalid", "dns_failed"]).toContain(code);
});

test("the observer sees the sockets of calls that are allowed", async () => {
  await using service = await startService();
  await using caller = newCaller({}, finding());
  using sockets = observeSockets();
  for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "named.test", "１２７.0.0.1"])
    expect(codeOf(await caller.call({ uri: `http://${host}:${service.port}` }))).toBe("succeeded");
  await caller.call({ uri: `https://127.0.0.1:${service.port}` });
  expect(new Set(sockets.attempts)).toEqual(new Set(["127.0.0.1"]));
  expect(sockets.attempts.length).toBeGreaterThanOrEqual(3);
});

test("of a name with allowed and refused addresses only the allowed are connected to", async () => {
  await using service = await startService();
  await using caller = newCaller({}, finding([["169.254.169.254", "127.0.0.1", "fe80::1"]]));
  using sockets = observeSockets();
  expect(codeOf(await caller.call({ uri: `http://mixed.test:${service.port}` }))).toBe("succeeded");
  expect(sockets.attempts).toEqual(["127.0.0.1"]);
});

test("a name that changes between two look-ups is looked up once a connection, and what was checked is connected to", async () => {
  await using service = await startService((_, response) => void response.setHeader("connection", "close").end("ok"));
  const resolve = finding([["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1"]]);
  await using caller = newCaller({}, resolve);
  using sockets = observeSockets();
  const codes: string[] = [];
  for (let count = 0; count < 3; count++)
    codes.push(codeOf(await caller.call({ uri: `http://rebound.test:${service.port}` })));
  expect(codes).toEqual(["succeeded", "address_refused", "succeeded"]);
  expect(resolve.asked).toHaveLength(3);
  expect(sockets.attempts).toEqual(["127.0.0.1", "127.0.0.1"]);
});

const locations = [
  "http://169.254.169.254/",
  "//169.254.169.254/",
  "http://0xa9fea9fe/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://metadata.test/",
];
const redirects = [300, 301, 302, 303, 305, 307, 308].flatMap((status) =>
  locations.map((location) => ({ status, location })),
);

test.for(redirects)("a redirect $status to $location is not followed", async ({ status, location }) => {
  await using service = await startService((_, response) => {
    response.writeHead(status, { location, refresh: `0; url=${location}` }).end("elsewhere");
  });
  await using caller = newCaller({}, finding([["169.254.169.254"]]));
  using sockets = observeSockets();
  const outcome = await caller.call({ uri: service.origin });
  expect(responseOf(outcome)).toEqual({ statusCode: status, body: "elsewhere" });
  expect(sockets.attempts).toEqual(["127.0.0.1"]);
});
