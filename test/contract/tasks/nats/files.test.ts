import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addressOf, publisherTo } from "../../../support/nats/nats-kind.ts";
import { userCredentials } from "../../../support/nats/user-credentials.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { certificatesIn } from "../../store/mongodb/connection/certificates.ts";

const { credentials } = userCredentials();

test.for([
  ["nothing", ""],
  ["something else", "no credentials"],
  ["no seed", credentials.slice(0, credentials.indexOf("-----BEGIN USER"))],
  ["no JWT where one should be", credentials.replace(/^ey.*$/m, "not a token")],
  ["a seed that is cut", credentials.replace(/^SU.*$/m, "SUAB")],
] as const)("a worker does not start with a credentials file that holds %s", async ([, content]) => {
  await using folder = await tempFolder();
  const credentialsFile = join(folder.path, "user.creds");
  await writeFile(credentialsFile, content);
  await using publisher = publisherTo("127.0.0.1:1", { credentialsFile });
  const start = () => publisher.kind.prepare(new MemoryLog());
  expect(start).toThrow(`nats_credentials_file: ${credentialsFile} cannot be used: it holds no JWT and seed of a user`);
  // nsc writes words between the two, and after them.
  const asWritten = `${credentials.replace("-----BEGIN USER", "\n***** IMPORTANT *****\nKeep it secret.\n\n$&")}\n*****\n`;
  for (const right of [credentials, asWritten]) {
    await writeFile(credentialsFile, right);
    expect(start).not.toThrow();
  }
});

test("a worker does not start with a file of authorities in which there is none, and no connection is made with it", async () => {
  await using folder = await tempFolder();
  const tlsCaFile = join(folder.path, "ca.pem");
  await writeFile(tlsCaFile, "no certificate");
  await using publisher = publisherTo(addressOf("127.0.0.1:1", { tls: true }), { tlsCaFile });
  expect(() => publisher.kind.prepare(new MemoryLog())).toThrow(
    `nats_tls_ca: ${tlsCaFile} cannot be used: it holds no certificate as PEM`,
  );
  expect(await publisher.publish({ subject: "a" })).toMatchObject({
    retryable: true,
    error: { code: "tls_failed", message: expect.stringMatching(/nats_tls_ca holds no certificate/) as string },
  });
  const { authority } = await certificatesIn(folder.path);
  await using right = publisherTo(addressOf("127.0.0.1:1"), { tlsCaFile: authority });
  expect(() => right.kind.prepare(new MemoryLog())).not.toThrow();
});
