import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { defaultSmtpSettings, type SmtpSettings } from "../../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../../src/tasks/smtp/smtp-kind.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { certificate } from "../../../support/tls/certificate.ts";
import { codeOf, messageOf, sender } from "./sending.ts";

async function fileWith(text: string): Promise<string> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const path = join(folder.path, "ca.pem");
  await writeFile(path, text);
  return path;
}

/** The server's certificate is for this name. */
const named = { host: "localhost" };

test.for([
  ["starttls", "auto"],
  ["starttls", "starttls"],
  ["implicit", "implicit"],
] as const)("with a server that offers %s, %s encrypts and checks the certificate", async ([offered, encryption]) => {
  const caFile = await fileWith(certificate);
  const { server, send } = await sender({ encryption: offered }, { ...named, encryption, caFile });
  expect(codeOf(await send())).toBe("succeeded");
  expect(server.mails).toMatchObject([{ encrypted: true }]);
});

test.for([
  ["starttls", "auto"],
  ["starttls", "starttls"],
  ["implicit", "implicit"],
] as const)(
  "with a server that offers %s, %s sends nothing to a certificate that nobody vouches for",
  async ([offered, encryption]) => {
    const { server, send } = await sender({ encryption: offered }, { ...named, encryption });
    const outcome = await send();
    expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "tls_failed" } });
    expect(messageOf(outcome)).toMatch(/self-signed certificate/);
    expect(server.mails).toEqual([]);
  },
);

test("a certificate for another name is refused", async () => {
  const caFile = await fileWith(certificate);
  const { send } = await sender({ encryption: "starttls" }, { caFile }); // 127.0.0.1
  const outcome = await send();
  expect(codeOf(outcome)).toBe("tls_failed");
  expect(messageOf(outcome)).toMatch(/IP: 127\.0\.0\.1 is not in the cert's list/);
});

test("any certificate is taken where the installation says so", async () => {
  const { server, send } = await sender({ encryption: "starttls" }, { skipVerify: true });
  expect(codeOf(await send())).toBe("succeeded");
  expect(server.mails).toMatchObject([{ encrypted: true }]);
});

test("a server without STARTTLS gets mails in the clear, unless encryption is demanded", async () => {
  const plain = await sender();
  expect(codeOf(await plain.send())).toBe("succeeded");
  expect(plain.server.mails).toMatchObject([{ encrypted: false }]);
  const strict = await sender({}, { encryption: "starttls" });
  expect(codeOf(await strict.send())).not.toBe("succeeded");
  expect(strict.server.mails).toEqual([]);
});

test("encryption that is offered is left alone where it is turned off", async () => {
  const { server, send } = await sender({ encryption: "starttls" }, { encryption: "off" });
  expect(codeOf(await send())).toBe("succeeded");
  expect(server.mails).toMatchObject([{ encrypted: false }]);
});

test.for([
  ["is not there", "/nowhere/ca.pem", /smtp_tls_ca: \/nowhere\/ca\.pem cannot be used: .*ENOENT/],
  ["holds no certificate", undefined, /smtp_tls_ca: .*ca\.pem cannot be used: /],
] as const)("a worker does not start with a file of authorities that %s", async ([, path, message]) => {
  const settings: SmtpSettings = { ...defaultSmtpSettings, caFile: path ?? (await fileWith("no certificate")) };
  const kind = createSmtpKind(settings, 1024);
  expect(() => kind.prepare()).toThrow(message);
});
