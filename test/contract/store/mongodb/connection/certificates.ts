import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certificates {
  /** File of the authority that signs all of them. */
  readonly authority: string;
  /** A file with key and certificate for these subject names, such as `IP:127.0.0.1`. */
  issue(name: string, subjects: string, days?: number): Promise<string>;
}

/** An authority of its own in a folder; openssl makes it. */
export async function certificatesIn(folder: string): Promise<Certificates> {
  const openssl = (...args: readonly string[]) => run("openssl", [...args], { cwd: folder });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-days",
    "2",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=authority",
  );
  return {
    authority: join(folder, "ca.pem"),
    async issue(name, subjects, days = 2): Promise<string> {
      await writeFile(join(folder, `${name}.ext`), `subjectAltName=${subjects}\n`);
      await openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
      const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${name}.ext`];
      await openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-days", String(days), "-out", `${name}.crt`);
      const parts = await Promise.all(["key", "crt"].map((part) => readFile(join(folder, `${name}.${part}`), "utf8")));
      await writeFile(join(folder, `${name}.pem`), parts.join(""));
      return join(folder, `${name}.pem`);
    },
  };
}
