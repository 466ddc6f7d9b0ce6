import { setting } from "../setting.ts";
import { apiTokens } from "../values/api-tokens.ts";
import { duration } from "../values/duration.ts";
import { textList } from "../values/list.ts";
import { type ListenAddress, listenAddress } from "../values/listen-address.ts";
import { boolean, integer } from "../values/scalars.ts";

const section = "API";

const loopback: ListenAddress = { host: "127.0.0.1", port: 8080, written: "127.0.0.1:8080" };

export const apiSettings = {
  listen: setting({
    key: "listen",
    section,
    type: listenAddress,
    default: loopback,
    flag: "--listen",
    doc: "Where the API listens. `:8080` is every interface; port 0 lets the system choose. Any address but a loopback one needs `api_tokens` or `allow_unauthenticated: true`.",
  }),
  apiTokens: setting({
    key: "api_tokens",
    section,
    type: apiTokens,
    default: [],
    defaultText: "none: nobody is asked for one",
    secret: "whole",
    doc: "Who may call the API. Each token has a name (for the history), a role and the hash that `workflows token` prints. Roles: `read` sees jobs and definitions, `start` also starts jobs, `admin` may do everything. As an environment variable: the same list as JSON.",
  }),
  allowUnauthenticated: setting({
    key: "allow_unauthenticated",
    section,
    type: boolean,
    default: false,
    doc: "Lets everybody who reaches an address that is not loopback use the API without a token. Only for networks where everybody may run any workflow.",
  }),
  allowedHosts: setting({
    key: "allowed_hosts",
    section,
    type: textList({
      expected: "a list of host names without scheme and port",
      check: (host) =>
        /^[^\s/@:]+$/.test(host) ? undefined : `"${host}" must be a name without scheme, port and path`,
    }),
    default: [],
    defaultText: "none",
    doc: "Names under which the API is called, besides `localhost`, IP addresses, the name of the machine and the host of `listen`; `*` allows every name. A request with any other `Host` header is refused, which keeps hostile web pages from reaching the API through a name of theirs.",
  }),
  allowedOrigins: setting({
    key: "allowed_origins",
    section,
    type: textList({
      expected: "a list of origins, such as https://desk.example or http://localhost:3000",
      check: (origin) =>
        originOf(origin) === undefined
          ? `"${origin}" must be the whole origin of a page: scheme, name and port, as https://desk.example:8443`
          : undefined,
      resolve: (origin) => originOf(origin) ?? origin,
    }),
    default: [],
    defaultText: "none",
    doc: "Origins whose web pages may call the API from a browser, besides the server's own. Their scripts can do whatever the token that they send may do, and without `api_tokens` everything. A request of a page of any other origin is refused. There is no `*`.",
  }),
  maxWatchers: setting({
    key: "max_watchers",
    section,
    type: integer(1, 100_000),
    default: 1000,
    doc: "How many clients of one server may wait for the end of a job or for work, or watch jobs, at once; further ones are refused with `503 overloaded`. Each holds a connection, and some kilobytes of memory.",
  }),
  idempotencyWindowMs: setting({
    key: "idempotency_window",
    section,
    type: duration("1m", "365d", { zero: "forget it together with the job" }),
    default: 24 * 3_600_000,
    doc: "How long the `Idempotency-Key` of a start is remembered at least, from the start on, also when the job has been removed.",
  }),
} as const;

/** As browsers write it; undefined for what is no origin of a page, or says more than that. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\/[^/?#@*]+\/?$/i.test(text)) return undefined;
  return url.origin;
}
