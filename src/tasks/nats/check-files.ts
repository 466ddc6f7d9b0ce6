import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { StartError } from "../../model/errors.ts";
import { reasonOf } from "../attempt-failure.ts";
import type { NatsSettings } from "./settings.ts";

/** Throws `StartError` where a file that the settings name cannot be read, or does not hold what it is for. */
export function checkFiles({ credentialsFile, tlsCaFile }: NatsSettings): void {
  check("nats_credentials_file", credentialsFile, problemOfCredentials);
  check("nats_tls_ca", tlsCaFile, problemOfAuthorities);
}

/** Why a file's content cannot be used as authorities, to follow "it"; undefined: it can. Without a certificate in it, it would be passed over in silence. */
export function problemOfAuthorities(pem: string): string | undefined {
  try {
    new X509Certificate(pem);
    return undefined;
  } catch (error) {
    return `holds no certificate as PEM: ${reasonOf(error)}`;
  }
}

/** Two of them, each between lines of dashes. The client library is loaded when a connection is made only; it reads them the same way. */
const block = /-{3,}[^\n]*-{3,}\n(.+)\n\s*-{3,}[^\n]*-{3,}\n/g;

function problemOfCredentials(content: string): string | undefined {
  const [jwt = "", seed = ""] = [...content.matchAll(block)].map(([, inside = ""]) => inside.trim());
  const isWhole = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt) && /^SU[A-Z2-7]{56}$/.test(seed);
  return isWhole ? undefined : "holds no JWT and seed of a user, as nsc writes them";
}

function check(setting: string, file: string | undefined, problemOf: (content: string) => string | undefined): void {
  if (file === undefined) return;
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(2, `${setting}: ${file} cannot be read: ${reasonOf(error)}`);
  }
  const problem = problemOf(content);
  if (problem !== undefined) throw new StartError(2, `${setting}: ${file} cannot be used: it ${problem}`);
}
