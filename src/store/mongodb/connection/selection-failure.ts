import type { MongoServerSelectionError, ServerDescription } from "mongodb";
import type { Address } from "./address.ts";

/** Why no server of the address could be used, from what the driver saw of each. */
export function selectionFailure(error: MongoServerSelectionError, address: Address): string {
  const topology = error.reason;
  const servers = [...(topology?.servers.values() ?? [])];
  const failed = servers.find((server) => server.error instanceof Error);
  if (servers.some(({ type }) => type === "RSGhost"))
    return "the server is to be a member of a replica set that was not initiated; run rs.initiate() on it once";
  if (typeof topology?.setName === "string" && servers.length === 0)
    return `no server there belongs to a replica set named "${topology.setName}"; check replicaSet= in mongo-url`;
  if (failed === undefined) return `${withoutPrimary(servers)} (${error.message})`;
  const place = servers.length > 1 || !address.hosts.includes(failed.address) ? `${failed.address}: ` : "";
  return `${place}${connectionFailure(failed.error, failed.address, address)}`;
}

function withoutPrimary(servers: readonly ServerDescription[]): string {
  return servers.some(({ type }) => type === "RSSecondary")
    ? "the replica set has no primary, so nothing can be written; are most of its members up?"
    : "no server can be used";
}

function connectionFailure(error: Error | null, server: string, address: Address): string {
  const message = deepest(error).message;
  const code = codeOf(deepest(error));
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return address.hosts.includes(server)
      ? `the host's name is not known to DNS (${message})`
      : `the replica set tells of a member whose name is not known here (${message}); its members must be configured with names that all clients know`;
  if (code === "ECONNREFUSED") return `nothing listens there (${message}); is MongoDB running, and is that its port?`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `its TLS certificate is for another host (${message})`;
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID")
    return `its TLS certificate is not valid now (${message})`;
  if (typeof code === "string" && /CERT|ISSUER|LEAF_SIGNATURE/.test(code))
    return `its TLS certificate is not trusted (${message}); name the authority that signed it by tlsCAFile=FILE in mongo-url`;
  if (/before secure TLS connection|wrong version number/.test(message))
    return "it speaks no TLS there; is mongo_ssl or tls=true meant?";
  if (/timed out/.test(message)) return `no answer (${message}); check firewalls, and that it is a MongoDB`;
  if (/closed|ECONNRESET|message size|Invalid/.test(message))
    return `what listens there does not answer as a MongoDB (${message}); is it another service, or does it want TLS (mongo_ssl)?`;
  return message;
}

/** The system's own error, which has a code. */
function deepest(error: Error | null): Error {
  let current = error ?? new Error("unknown");
  while (current.cause instanceof Error) current = current.cause;
  return current;
}

function codeOf(error: Error): unknown {
  return "code" in error ? error.code : undefined;
}
