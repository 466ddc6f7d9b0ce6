import { setting } from "../setting.ts";
import { apiTokens } from "../values/api-tokens.ts";
import { duration } from "../values/duration.ts";
import { textList } from "../values/list.ts";
import { type ListenAddress, listenAddress } from "../values/listen-address.ts";
import { boolean } from "../values/scalars.ts";

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
  idempotencyWindowMs: setting({
    key: "idempotency_window",
    section,
    type: duration("1m", "365d", { zero: "forget it together with the job" }),
    default: 24 * 3_600_000,
    doc: "How long the `Idempotency-Key` of a start is remembered at least, from the start on, also when the job has been removed.",
  }),
} as const;
