import { expect, test } from "vitest";
import { newToken, roleAllows, roles, tokenFinder } from "../../../src/api/tokens.ts";

test("a new token is found by its hash, under any spelling of the scheme, and no other text is", () => {
  const { token, hash } = newToken();
  expect(token).toMatch(/^wf_[\w-]{43}$/);
  const find = tokenFinder([
    { name: "other", role: "read", hash: newToken().hash },
    { name: "mine", role: "start", hash },
  ]);
  for (const scheme of ["Bearer", "bearer", "BEARER "]) expect(find(`${scheme} ${token}`)?.name).toBe("mine");
  const wrong = [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    token,
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token} x`,
    `Bearer ${hash}`,
  ];
  for (const authorization of wrong) expect(find(authorization), authorization).toBeUndefined();
});

test("no two new tokens are equal", () => {
  expect(new Set(Array.from({ length: 100 }, () => newToken().token)).size).toBe(100);
});

test("a hash that no token can have is a mistake, not a token that nobody has", () => {
  expect(() => tokenFinder([{ name: "ci", role: "read", hash: "sha256:abc" }])).toThrow(/"ci"/);
});

test("each role includes those before it", () => {
  const allowed = roles.map((role) => roles.filter((needed) => roleAllows(role, needed)));
  expect(allowed).toEqual([["read"], ["read", "start"], ["read", "start", "admin"]]);
});
