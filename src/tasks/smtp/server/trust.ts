import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { SmtpFailure } from "../failure.ts";
import type { SmtpSettings } from "../settings.ts";

/** Whose certificates are taken, and for which name. Throws `SmtpFailure` where `caFile` cannot be used. */
export function trustOf({ host, caFile, skipVerify }: SmtpSettings): ConnectionOptions {
  return {
    host, // whose name the certificate must have
    ...(isIP(host) === 0 && { servername: host }), // RFC 6066 section 3: an address is no server name
    rejectUnauthorized: !skipVerify,
    ...(caFile !== undefined && { ca: readAuthorities(caFile) }),
  };
}

function readAuthorities(file: string): string {
  try {
    const pem = readFileSync(file, "utf8");
    new X509Certificate(pem); // throws where there is none: as an authority it would be passed over in silence
    return pem;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SmtpFailure("tls_failed", `smtp_tls_ca: ${file} cannot be used: ${reason}`);
  }
}
