import { expect, test } from "vitest";
import { newToken } from "../../../../src/api/tokens.ts";
import { apiServer } from "../api-server.ts";
import { type HttpAnswer, type HttpAsk, send } from "../http-client.ts";

const desk = "https://desk.example";

function sharedWith({ headers }: HttpAnswer): unknown {
  return headers["access-control-allow-origin"];
}

test("a page of an allowed origin may ask and read, errors too, with a token and never with cookies", async () => {
  const reader = newToken();
  const tokens = [{ name: "desk", role: "read" as const, hash: reader.hash }];
  await using server = await apiServer({ settings: { tokens, allowedOrigins: ["http://localhost:1", desk] } });
  const page = { origin: desk, "sec-fetch-site": "cross-site", authorization: `Bearer ${reader.token}` };
  const asked: readonly [path: string, ask: HttpAsk, status: number][] = [
    ["/api/v1/jobs", { headers: page }, 200],
    ["/api/v1/jobs", { headers: { ...page, authorization: "Bearer wrong" } }, 401],
    ["/api/workflow/greet", { headers: page, method: "POST", body: "{}" }, 403],
    ["/api/v1/jobs?limit=0", { headers: page }, 400],
    ["/nowhere", { headers: page }, 404],
    ["/api/v1/jobs", { headers: page, method: "PUT", body: "{}" }, 405],
  ];
  for (const [path, ask, status] of asked) {
    const answer = await send(server.url + path, ask);
    expect(answer.status, path).toBe(status);
    expect(sharedWith(answer), path).toBe(desk);
    expect(answer.headers["access-control-expose-headers"], path).toContain("retry-after");
    expect(answer.headers, path).toMatchObject({ vary: "origin", "cache-control": "no-store" });
    expect(answer.headers["access-control-allow-credentials"], path).toBeUndefined();
  }
});

test("what a browser asks before a page's request is answered without a token, and of allowed origins alone", async () => {
  const tokens = [{ name: "admin", role: "admin" as const, hash: newToken().hash }];
  await using server = await apiServer({ settings: { tokens, allowedOrigins: [desk] } });
  const preflight = (origin: string, more: Record<string, string> = {}) =>
    send(`${server.url}/api/v1/workflow/greet`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "sec-fetch-site": "cross-site", ...more },
    });
  const allowed = await preflight(desk, { "access-control-request-headers": "authorization, x-other" });
  expect(allowed).toMatchObject({ status: 204, text: "" });
  expect(sharedWith(allowed)).toBe(desk);
  expect(allowed.headers["access-control-allow-methods"]).toBe("POST");
  expect(allowed.headers["access-control-allow-headers"]).toBe(
    "authorization, content-type, idempotency-key, last-event-id, x-workflows-min-version",
  );
  for (const origin of ["https://evil.example", "null", "*"]) {
    const refused = await preflight(origin);
    expect(refused, origin).toMatchObject({ status: 403, json: { code: "origin_refused" } });
    expect(sharedWith(refused), origin).toBeUndefined();
  }
  expect(await preflight(desk, { host: "evil.example" })).toMatchObject({
    status: 403,
    json: { code: "host_refused" },
  });
  const noPreflight = await send(`${server.url}/api/v1/jobs`, { method: "OPTIONS", headers: { origin: desk } });
  expect(noPreflight).toMatchObject({ status: 401 });
});

test("nothing that only resembles an allowed origin is taken for one", async () => {
  await using server = await apiServer({ settings: { allowedOrigins: [desk] } });
  const foreign: Record<string, string>[] = [
    "https://desk.example.evil.example",
    "https://evil-desk.example",
    "https://desk.example:8443",
    "http://desk.example",
    "https://DESK.example",
    "https://desk.example/",
    `${desk}, ${desk}`,
    "https://sub.desk.example",
  ].map((origin) => ({ origin }));
  // A link, a picture or a form of another site names no origin; that some origin is allowed does not let it in.
  foreign.push({ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site", referer: `${desk}/` });
  for (const headers of foreign) {
    const answer = await send(`${server.url}/api/workflow/greet`, { method: "POST", headers, body: '{"name":1}' });
    expect(answer, JSON.stringify(headers)).toMatchObject({ status: 403, json: { code: "origin_refused" } });
    expect(sharedWith(answer), JSON.stringify(headers)).toBeUndefined();
  }
  expect((await server.store.search.find({ limit: 1 })).jobs).toEqual([]);
});

test("who is refused is told which setting would allow the page, where a setting can", async () => {
  await using server = await apiServer();
  const errorOf = async (origin: string) => (await send(`${server.url}/status`, { headers: { origin } })).json;
  expect(await errorOf(desk)).toMatchObject({ error: expect.stringContaining(`add "${desk}" to allowed_origins`) });
  for (const origin of ["null", "https://desk.example/path", "x"])
    expect(await errorOf(origin)).not.toMatchObject({ error: expect.stringContaining("allowed_origins") });
});
