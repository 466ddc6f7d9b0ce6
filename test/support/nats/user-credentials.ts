import { createHash } from "node:crypto";
import { nkeys } from "@nats-io/transport-node";

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** A server's configuration in which users are known by JWTs that their account has signed, and a file's content for one of them, as `nsc` makes both. */
export function userCredentials(): { readonly config: string; readonly credentials: string } {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const unlimited = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const operatorJwt = signed(operator, operator, { type: "operator", version: 2 });
  const accountJwt = signed(account, operator, { type: "account", version: 2, limits: unlimited });
  const userJwt = signed(user, account, { type: "user", version: 2, subs: -1, data: -1, payload: -1 });
  const framed = (name: string, text: string): string => `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n`;
  return {
    config: `operator: ${operatorJwt}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${accountJwt} }`,
    credentials: framed("NATS USER JWT", userJwt) + framed("USER NKEY SEED", new TextDecoder().decode(user.getSeed())),
  };
}

/** About somebody, by somebody. */
function signed(about: KeyPair, by: KeyPair, nats: object): string {
  const claims = { iss: by.getPublicKey(), sub: about.getPublicKey(), name: "test", iat: 1_700_000_000, nats };
  const jti = createHash("sha256").update(JSON.stringify(claims)).digest("hex");
  const text = [
    { typ: "JWT", alg: "ed25519-nkey" },
    { jti, ...claims },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${Buffer.from(by.sign(new TextEncoder().encode(text))).toString("base64url")}`;
}
