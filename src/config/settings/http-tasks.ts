import { setting } from "../setting.ts";
import { boolean, integer, text } from "../values/scalars.ts";

const section = "HTTP tasks";

function headerText(expected: string, shape: RegExp) {
  const type = text({ mayBeEmpty: true, expected });
  return {
    ...type,
    parse(found: Parameters<typeof type.parse>[0]): ReturnType<typeof type.parse> {
      const parsed = type.parse(found);
      return parsed.ok && !shape.test(parsed.value) ? { ok: false, mistakes: [{ path: [] }] } : parsed;
    },
  };
}

const headerName = headerText("the name of a header, or empty for none", /^[\w!#$%&'*+.^`|~-]{0,100}$/);
const headerValue = headerText("printable ASCII characters, or empty", /^[\x20-\x7e]{0,1000}$/);
const encodings = headerText(
  "a list of gzip, deflate and br, or empty for none",
  /^((gzip|deflate|br)( *, *(gzip|deflate|br))*)?$/,
);

export const httpTaskSettings = {
  httpRefusePrivate: setting({
    key: "http_refuse_private",
    section,
    type: boolean,
    default: false,
    doc: "Whether tasks may not call private and loopback addresses. Link-local, metadata, unspecified and multicast addresses are refused always.",
  }),
  httpUserAgent: setting({
    key: "http_user_agent",
    section,
    type: headerValue,
    default: "",
    defaultText: "`workflows/VERSION`",
    doc: "The `User-Agent` of calls whose definition sets none. Empty means the default.",
  }),
  httpAcceptEncoding: setting({
    key: "http_accept_encoding",
    section,
    type: encodings,
    default: "gzip, deflate, br",
    doc: "The `Accept-Encoding` of calls, made of `gzip`, `deflate` and `br`. Empty sends none.",
  }),
  idempotencyHeader: setting({
    key: "idempotency_header",
    section,
    type: headerName,
    default: "Idempotency-Key",
    doc: "The header by which a called service recognises a repeated call: the same value in every attempt of a task.",
  }),
  httpMaxConnections: setting({
    key: "http_max_connections",
    section,
    type: integer(1, 10_000),
    default: 100,
    doc: "How many connections are open to one origin (scheme, host and port) at the same time.",
  }),
} as const;
