import { hostname } from "node:os";
import { expect, test } from "vitest";
import { newToken, type Role } from "../../../../src/api/tokens.ts";
import { type ApiServer, apiServer } from "../api-server.ts";
import { bodyOf, type HttpAsk, send, sendRaw } from "../http-client.ts";

const id = "0123456789abcdef01234567";

async function codeOf(server: ApiServer, path: string, ask?: HttpAsk): Promise<string> {
  const answer = await send(server.url + path, ask);
  return answer.status < 400 ? String(answer.status) : `${answer.status} ${(answer.json as { code: string }).code}`;
}

test("a Host that is not one of ours is refused, with the key that would allow it", async () => {
  await using server = await apiServer({ settings: { listenHost: "box.lan", allowedHosts: ["Flows.Example"] } });
  const ask = (host: string) => codeOf(server, "/status", { headers: { host } });
  const ours = [
    "localhost",
    "LOCALHOST:8080",
    "127.0.0.1:1",
    "10.1.2.3",
    "[::1]:8080",
    "box.lan",
    "flows.example.:80",
    hostname(),
  ];
  for (const host of ours) expect(await ask(host), host).toBe("200");
  for (const host of [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.1",
    "flows.example.evil",
  ])
    expect(await ask(host), host).toBe("403 host_refused");
  const { json } = await send(`${server.url}/status`, { headers: { host: "evil.example" } });
  expect(json).toMatchObject({ error: expect.stringContaining("allowed_hosts") });
});

test("a request without Host, with two, or with one that is no host is refused", async () => {
  await using server = await apiServer();
  const malformed = [
    "",
    "a b",
    "user@localhost",
    "localhost:",
    "[::1",
    "[localhost]",
    "localhost/x",
    "localhost\r\nhost: evil",
  ];
  const heads = ["HTTP/1.1", "HTTP/1.0", ...malformed.map((host) => `HTTP/1.1\r\nHost: ${host}`)];
  for (const head of heads) {
    const answer = await sendRaw(server.port, `GET /status ${head}\r\nConnection: close\r\n\r\n`);
    expect(answer, head).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(answer), head).toMatchObject({ code: "invalid_request" });
  }
});

test("allowed_hosts: * takes every name", async () => {
  await using server = await apiServer({ settings: { allowedHosts: ["*"] } });
  expect(await codeOf(server, "/status", { headers: { host: "any.example:80" } })).toBe("200");
});

test("what pages of other sites send is refused, whatever the method", async () => {
  await using server = await apiServer();
  const host = `127.0.0.1:${server.port}`;
  const foreign: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1" },
    { origin: `http://localhost:${server.port}` },
    { origin: `chrome-extension://${host}` },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none, cross-site" },
    { origin: `http://${host}`, "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) {
    expect(await codeOf(server, "/status", { headers }), JSON.stringify(headers)).toBe("403 origin_refused");
    const start: HttpAsk = {
      method: "POST",
      headers: { ...headers, "content-type": "text/plain" },
      body: '{"name":1}',
    };
    expect(await codeOf(server, "/api/workflow/greet", start)).toBe("403 origin_refused");
    expect(await codeOf(server, "/api/workflow/greet", { method: "OPTIONS", headers })).toBe("403 origin_refused");
  }
  for (const headers of [{ origin: `http://${host}` }, { origin: `https://${host}`, "sec-fetch-site": "same-origin" }])
    expect(await codeOf(server, "/status", { headers })).toBe("200");
  expect((await server.store.search.find({ limit: 1 })).jobs).toEqual([]);
});

test("with tokens, each call needs one whose role allows it", async () => {
  const tokens = (["read", "start", "admin"] as const).map((role) => ({ role, name: `the ${role}er`, ...newToken() }));
  await using server = await apiServer({ settings: { tokens } });
  const as = (role: Role) => ({ authorization: `bearer ${tokens.find((token) => token.role === role)?.token}` });
  const calls: readonly (readonly [path: string, method: "GET" | "POST" | "DELETE", ...answers: string[]])[] = [
    [`/api/v1/jobs/${id}`, "GET", "404 job_not_found", "404 job_not_found", "404 job_not_found"],
    ["/api/v1/jobs", "GET", "200", "200", "200"],
    [`/api/v1/jobs/${id}/history`, "GET", "404 job_not_found", "404 job_not_found", "404 job_not_found"],
    ["/api/workflow/unknown", "POST", "403 forbidden", "404 workflow_not_found", "404 workflow_not_found"],
    ["/api/v1/workflow/unknown", "POST", "403 forbidden", "404 workflow_not_found", "404 workflow_not_found"],
    ["/api/v1/workflow/unknown/batch", "POST", "403 forbidden", "400 invalid_body", "400 invalid_body"],
    ["/api/v1/metadata/workflows", "GET", "200", "200", "200"],
    ["/api/v1/metadata/workflows", "POST", "403 forbidden", "403 forbidden", "400 invalid_definition"],
    [`/api/v1/jobs/${id}/cancel`, "POST", "403 forbidden", "403 forbidden", "404 job_not_found"],
    [`/api/v1/jobs/${id}/pause`, "POST", "403 forbidden", "403 forbidden", "404 job_not_found"],
    [`/api/v1/jobs/${id}/retry`, "POST", "403 forbidden", "403 forbidden", "404 job_not_found"],
    [`/api/v1/jobs/${id}/restart`, "POST", "403 forbidden", "403 forbidden", "404 job_not_found"],
    [`/api/v1/jobs/${id}`, "DELETE", "403 forbidden", "403 forbidden", "404 job_not_found"],
    [`/api/v1/jobs/${id}/resume`, "POST", "403 forbidden", "403 forbidden", "404 job_not_found"],
    ["/unknown", "GET", "404 route_not_found", "404 route_not_found", "404 route_not_found"],
  ];
  for (const [path, method, ...answers] of calls) {
    const body = method === "POST" ? { body: "{}" } : {};
    for (const headers of [{}, { authorization: `Bearer ${newToken().token}` }, { authorization: "Basic x" }])
      expect(await codeOf(server, path, { method, headers, ...body }), path).toBe("401 unauthenticated");
    const given = await Promise.all(
      (["read", "start", "admin"] as const).map((role) => codeOf(server, path, { method, headers: as(role), ...body })),
    );
    expect(given, path).toEqual(answers);
  }
  expect(await codeOf(server, "/status")).toBe("200");
  expect(await codeOf(server, "/api/v1/health")).toBe("204");
});

test("who lacks a token or a role is told what is needed", async () => {
  const reader = newToken();
  await using server = await apiServer({ settings: { tokens: [{ name: "ci", role: "read", hash: reader.hash }] } });
  const nobody = await send(`${server.url}/api/v1/jobs`);
  expect(nobody.headers["www-authenticate"]).toMatch(/^Bearer/);
  const unnamed = await send(`${server.url}/api/v1/jobs`, { headers: { authorization: reader.token } });
  expect(unnamed.json).toMatchObject({ error: expect.stringContaining("Authorization: Bearer <token>") });
  const ask = { method: "POST", headers: { authorization: `Bearer ${reader.token}` }, body: '{"name":1}' } as const;
  const refused = await send(`${server.url}/api/workflow/greet`, ask);
  expect(refused.json).toMatchObject({ error: 'This needs role start; token "ci" has role read' });
});

test("the history names the token that cancelled", async () => {
  const admin = newToken();
  await using server = await apiServer({ settings: { tokens: [{ name: "ada", role: "admin", hash: admin.hash }] } });
  const headers = { authorization: `Bearer ${admin.token}` };
  const { json } = await send(`${server.url}/api/workflow/greet`, { method: "POST", headers, body: '{"name":1}' });
  const job = (json as { id: string }).id;
  expect(await codeOf(server, `/api/v1/jobs/${job}/cancel`, { method: "POST", headers })).toBe("200");
  expect((await server.store.jobs.history(job))?.at(-1)).toMatchObject({ type: "job_terminated", by: "ada" });
});
