import { expect, test } from "vitest";
import { mayLogIn } from "../../../../src/tasks/smtp/server/session.ts";
import type { LoginMechanism } from "../../../../src/tasks/smtp/settings.ts";
import { codeOf, messageOf, sender } from "./sending.ts";

const password = "pässw0rd hunter2";
const account = { username: "fleet@example.com", password };
const all: readonly LoginMechanism[] = ["PLAIN", "LOGIN", "CRAM-MD5"];

test.for(all)("logs in by %s where that is asked for", async (mechanism) => {
  const { server, send } = await sender(
    { login: { ...account, mechanisms: all } },
    { login: { ...account, mechanism } },
  );
  expect(codeOf(await send())).toBe("succeeded");
  expect(server.logins).toEqual([mechanism]);
  expect(server.mails).toMatchObject([{ user: account.username }]);
});

test.for(all)("logs in by %s where the server offers nothing else", async (mechanism) => {
  const { server, send } = await sender({ login: { ...account, mechanisms: [mechanism] } }, { login: account });
  expect(codeOf(await send())).toBe("succeeded");
  expect(server.logins).toEqual([mechanism]);
});

test.for(all)("logs in by %s over an encrypted connection", async (mechanism) => {
  const settings = { login: { ...account, mechanism }, skipVerify: true };
  const { server, send } = await sender({ encryption: "starttls", login: { ...account, mechanisms: all } }, settings);
  expect(codeOf(await send())).toBe("succeeded");
  expect(server.mails).toMatchObject([{ user: account.username, encrypted: true }]);
});

test("one login serves several mails", async () => {
  const { server, send } = await sender({ login: { ...account, mechanisms: all } }, { login: account });
  for (let mail = 0; mail < 3; mail += 1) await send();
  expect(server.mails).toHaveLength(3);
  expect(server.logins).toHaveLength(1);
});

test.for(all)("a wrong password by %s fails the task at once, and is written nowhere", async (mechanism) => {
  const wrong = "wr0ng-password";
  const login = { ...account, password: wrong, mechanism };
  const outcome = await (await sender({ login: { ...account, mechanisms: all } }, { login })).send();
  expect(outcome).toMatchObject({ kind: "failed", retryable: false, statusCode: 535, error: { code: "login_failed" } });
  expect(messageOf(outcome)).toMatch(/did not take the login: 535 wrong user or password/);
  for (const form of [wrong, Buffer.from(wrong).toString("base64")])
    expect(JSON.stringify(outcome)).not.toContain(form);
});

test("a login that is not taken now is tried again", async () => {
  const said = { code: 454, text: "directory away" };
  const { send } = await sender({ login: { ...account, mechanisms: all, said } }, { login: account });
  expect(await send()).toMatchObject({
    kind: "failed",
    retryable: true,
    statusCode: 454,
    error: { code: "login_failed" },
  });
});

test("a password that the server repeats is hidden", async () => {
  const said = { code: 535, text: `no such password: ${password}` };
  const { send } = await sender({ login: { ...account, mechanisms: all, said } }, { login: account });
  expect(JSON.stringify(await send())).not.toContain("hunter2");
});

test("a server that wants a login and gets none refuses the mail", async () => {
  const { send } = await sender({ login: { ...account, mechanisms: all } });
  expect(await send()).toMatchObject({ kind: "failed", retryable: false, statusCode: 530, error: { code: "refused" } });
});

test.for([
  [true, "192.0.2.1", false, true],
  [false, "192.0.2.1", false, false],
  [false, "192.0.2.1", true, true],
  [false, "127.0.0.1", false, true],
  [false, "::1", false, true],
  [false, "::ffff:127.0.0.1", false, true],
  [false, "::ffff:192.0.2.1", false, false],
  [false, "2001:db8::127.0.0.1", false, false],
  [false, undefined, false, false],
] as const)(
  "encrypted %s, server at %s, insecure login allowed %s: the password is sent: %s",
  ([encrypted, address, allowed, sent]) => {
    expect(mayLogIn(encrypted, address, allowed)).toBe(sent);
  },
);
