import { afterAll, beforeAll, expect, test } from "vitest";
import { newToken } from "../../../../src/api/tokens.ts";
import { type ApiServer, apiServer } from "../api-server.ts";

let server: ApiServer;

beforeAll(async () => {
  server = await apiServer({ settings: { tokens: [{ name: "ci", role: "admin", hash: newToken().hash }] } });
});

afterAll(() => server[Symbol.asyncDispose]());

test("/docs loads nothing but files of this server, and its policy allows nothing else", async () => {
  const page = await fetch(`${server.url}/docs`);
  expect(page.status).toBe(200);
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  const html = await page.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/);
  const files = [...html.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    const loaded = await fetch(new URL(file, page.url));
    expect(loaded.status, file).toBe(200);
    expect(loaded.headers.get("content-security-policy"), file).toBe(policy);
    await loaded.body?.cancel();
  }
  expect(html).toContain("<title>Workflows API</title>");
  const styles = files.filter((file) => file.endsWith("workflows.css"));
  expect(styles).toHaveLength(1); // it hides the name of the program that made the page
  const shown = (await (await fetch(`${server.url}/docs/json`)).json()) as { openapi: string };
  expect(shown.openapi).toBe("3.1.0");
});

test("what is not there below /docs, and what is no GET, is answered as anywhere else", async () => {
  const missing = await fetch(`${server.url}/docs/static/../../package.json`);
  expect([missing.status, await missing.json()]).toMatchObject([401, { code: "unauthenticated" }]);
  for (const path of ["/docs/static/nothing.js", "/docs/static/..%2f..%2fpackage.json"]) {
    const answer = await fetch(server.url + path);
    expect([answer.status, await answer.json()], path).toMatchObject([404, { code: "route_not_found" }]);
  }
  const posted = await fetch(`${server.url}/docs`, { method: "POST" });
  expect(posted.status).toBe(401);
  expect((await fetch(`${server.url}/docs`, { method: "HEAD" })).status).toBe(200);
});
