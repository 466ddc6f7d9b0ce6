import { resolve } from "node:path";
import type { Config, SettingName } from "../../../src/config/config.ts";

const hashA = `sha256:${"a".repeat(64)}`;
const hashB = `sha256:${"b".repeat(64)}`;
const alwaysSecret = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/** How a setting is written, and what it means then. */
export interface Sample<Value> {
  /** As it stands in a YAML file, and what it means. */
  readonly file: readonly [written: string, value: Value];
  /** As it stands in the environment, and what it means. */
  readonly variable: readonly [written: string, value: Value];
  /** Lines without which it would be a mistake. */
  readonly beside?: string;
}

type Samples = { readonly [Name in SettingName]: Sample<Config[Name]> };

const text = { file: ["from-file", "from-file"], variable: ["from-variable", "from-variable"] } as const;
const yes = { file: ["yes", true], variable: ["1", true] } as const;

/** Two values of every setting that are not its default. */
export const samples: Samples = {
  listen: {
    file: ["localhost:9000", { host: "localhost", port: 9000, written: "localhost:9000" }],
    variable: ["[::1]:0", { host: "::1", port: 0, written: "[::1]:0" }],
  },
  apiTokens: {
    file: [`[{name: ci, role: start, hash: "${hashA}"}]`, [{ name: "ci", role: "start", hash: hashA }]],
    variable: [`[{"name":"me","role":"admin","hash":"${hashB}"}]`, [{ name: "me", role: "admin", hash: hashB }]],
  },
  allowUnauthenticated: yes,
  allowedHosts: {
    file: ["[a.example, b.example]", ["a.example", "b.example"]],
    variable: ["c.example", ["c.example"]],
  },
  allowedOrigins: {
    file: ["[https://Desk.example:443/, http://localhost:3000]", ["https://desk.example", "http://localhost:3000"]],
    variable: ["http://127.0.0.1:8081", ["http://127.0.0.1:8081"]],
  },
  maxWatchers: { file: ["10", 10], variable: ["20", 20] },
  idempotencyWindowMs: { file: ["2h", 7_200_000], variable: ["0", 0] },
  sqlitePath: { file: ["a.db", resolve("a.db")], variable: ["/var/b.db", "/var/b.db"] },
  retentionMs: { file: ["7d", 604_800_000], variable: ["0", 0] },
  keepEphemeral: yes,
  mongoUrl: { file: ["mongodb://a", "mongodb://a"], variable: ["mongodb+srv://b", "mongodb+srv://b"] },
  mongoDbname: text,
  mongoSsl: yes,
  mongoSslSkipverify: yes,
  mongoUsername: text,
  mongoPassword: { file: ["0123", "0123"], variable: ["secret", "secret"] },
  bus: { file: ["off", false], variable: ["OFF", false] },
  busSizeBytes: { file: ["1MiB", 1_048_576], variable: ["16GiB", 17_179_869_184] },
  workflowsPaths: { file: ["./flows", [resolve("flows")]], variable: ["/a,/b", ["/a", "/b"]] },
  envAllowed: { file: ["[A_*]", ["A_*"]], variable: ["B, C_*", ["B", "C_*"]] },
  secretNames: {
    file: ["[x-pin, cookie]", [...alwaysSecret, "x-pin"]],
    variable: ["pin*", [...alwaysSecret, "pin*"]],
  },
  concurrency: { file: ["7", 7], variable: ["8", 8] },
  maxCallsPerTarget: { file: ["3", 3], variable: ["4", 4] },
  topics: { file: ["[reports, default]", ["reports", "default"]], variable: ["*", ["*"]] },
  workflows: { file: ["[a, b]", ["a", "b"]], variable: ["c", ["c"]] },
  excludedWorkflows: { file: ["a", ["a"]], variable: ["b, c", ["b", "c"]] },
  graceMs: { file: ["0", 0], variable: ["1m30s", 90_000] },
  leaseMs: { file: ["20", 20_000], variable: ["1m", 60_000] },
  heartbeatMs: { file: ["500ms", 500], variable: ["0.25", 250] },
  sweepMs: { file: ["2s", 2000], variable: ["3", 3000] },
  pollMs: { file: ["100ms", 100], variable: ["200ms", 200] },
  maxLost: { file: ["3", 3], variable: ["4", 4] },
  httpRefusePrivate: yes,
  httpUserAgent: { file: ["mine/1.10", "mine/1.10"], variable: ["", ""] },
  httpAcceptEncoding: { file: ["gzip", "gzip"], variable: ["", ""] },
  idempotencyHeader: { file: ["X-Request-Key", "X-Request-Key"], variable: ["", ""] },
  httpMaxConnections: { file: ["5", 5], variable: ["6", 6] },
  maxInputBytes: { file: ["1KiB", 1024], variable: ["2048", 2048] },
  maxBatchBytes: { file: ["2MiB", 2_097_152], variable: ["3MiB", 3_145_728] },
  maxInputDepth: { file: ["5", 5], variable: ["6", 6] },
  maxInputValues: { file: ["50", 50], variable: ["60", 60] },
  maxResultBytes: { file: ["2MB", 2_000_000], variable: ["1.5MiB", 1_572_864] },
  maxJobBytes: { file: ["16MiB", 16_777_216], variable: ["32MiB", 33_554_432] },
  maxTaskExecutions: { file: ["10", 10], variable: ["20", 20] },
  logLevel: { file: ["warn", "warn"], variable: ["ERROR", "error"] },
  logFormat: { file: ["json", "json"], variable: ["pretty", "pretty"] },
  debugLog: yes,
  allowedBinaries: { file: ["[/bin/ls]", ["/bin/ls"]], variable: ["/bin/a,/bin/b", ["/bin/a", "/bin/b"]] },
  smtpHost: {
    file: ["mail:587", { host: "mail", port: 587, written: "mail:587" }],
    variable: ["[::1]:25", { host: "::1", port: 25, written: "[::1]:25" }],
  },
  smtpTls: { file: ["starttls", "starttls"], variable: ["OFF", "off"] },
  smtpTlsCa: { file: ["./ca.pem", resolve("ca.pem")], variable: ["/ca.pem", "/ca.pem"] },
  smtpTlsSkipverify: yes,
  smtpAuthMechanism: { file: ["PLAIN", "plain"], variable: ["cram-md5", "cram-md5"] },
  smtpUsername: { ...text, beside: "smtp_password: x\n" },
  smtpPassword: { file: ["007", "007"], variable: ["secret", "secret"], beside: "smtp_username: x\n" },
  smtpInsecureLogin: yes,
  smtpMaxConnections: { file: ["5", 5], variable: ["6", 6] },
  natsUri: {
    file: ["nats://a:4223", { servers: [{ host: "a", port: 4223 }], tls: false, shown: "nats://a:4223" }],
    variable: ["tls://b", { servers: [{ host: "b", port: 4222 }], tls: true, shown: "tls://b:4222" }],
  },
  natsCredentialsFile: { file: ["my.creds", resolve("my.creds")], variable: ["/a/my.creds", "/a/my.creds"] },
  natsTlsCa: { file: ["ca.pem", resolve("ca.pem")], variable: ["/a/ca.pem", "/a/ca.pem"] },
  natsInsecureLogin: yes,
  natsStreamName: text,
};
