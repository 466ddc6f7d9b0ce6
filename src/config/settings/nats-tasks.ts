import { optional, setting } from "../setting.ts";
import { natsAddress } from "../values/nats-address.ts";
import { path } from "../values/path.ts";
import { boolean, text } from "../values/scalars.ts";

const section = "NATS tasks";

const streamName = text({ expected: "the name of a stream: no spaces and none of . * > / \\" });

export const natsTaskSettings = {
  natsUri: optional({
    key: "nats_uri",
    section,
    type: natsAddress,
    secret: "inside",
    defaultText: "none: no `nats` task may run",
    doc: "Server of `nats` tasks, with the login that it wants: `tls://USER:PASSWORD@HOST:4222`, characters of it that have a meaning in addresses percent-encoded. With `tls://` no connection is made without TLS; with `nats://` one is made with TLS where the server can. Of several servers, with commas, any that can be reached is taken. A login to another machine needs `tls://` or `nats_tls_ca`, unless `nats_insecure_login` says otherwise.",
  }),
  natsCredentialsFile: optional({
    key: "nats_credentials_file",
    section,
    type: path,
    doc: "File with the user's JWT and seed, as `nsc` writes it (`.creds`), instead of a login in the address. It is read anew for each connection.",
  }),
  natsTlsCa: optional({
    key: "nats_tls_ca",
    section,
    type: path,
    defaultText: "the authorities that Node knows",
    doc: "File with the certificate authorities of the servers, as PEM. With it no connection is made without TLS.",
  }),
  natsInsecureLogin: setting({
    key: "nats_insecure_login",
    section,
    type: boolean,
    default: false,
    doc: "Whether the login in `nats_uri` may go to a server on another machine over a connection that is not encrypted, too. Whoever is between can read it.",
  }),
  natsStreamName: optional({
    key: "nats_stream_name",
    section,
    type: {
      ...streamName,
      parse(found) {
        const parsed = streamName.parse(found);
        return parsed.ok && /[\s.*>/\\]/.test(parsed.value) ? { ok: false, mistakes: [{ path: [] }] } : parsed;
      },
    },
    telling: "the subjects of nats tasks begin with it and a dot, as in Mender's service",
    doc: "Put before the subject of every `nats` task, with a dot, as Mender's service does: with `WORKFLOWS`, a task whose subject is `reporting` publishes to `WORKFLOWS.reporting`. The stream itself is not made.",
  }),
} as const;
