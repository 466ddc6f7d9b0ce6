import { expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { StartError } from "../../../src/model/errors.ts";
import { load, mistakesIn } from "./loading.ts";

test("every mistake is told at once, in the order of the lines, each with its place and what would be right", async () => {
  const file = [
    "listen: 8080",
    "concurency: 5",
    "concurrency: many",
    "lease: 15 seconds",
    "log_level: dbug",
    "colour: blue",
    "api_tokens:",
    "  - name: ci",
    "    role: writer",
    "    hash: wf_abc",
    "  - nme: me",
  ].join("\n");
  const environment = { WORKFLOWS_MAX_LOST: "0" };
  const flags = { listen: "nowhere" };
  expect(await mistakesIn({ file, environment, flags })).toEqual([
    `--listen: listen is "nowhere", must be HOST:PORT, [IPV6]:PORT or :PORT (every interface), with a port from 0 to 65535: did you mean "nowhere:8080"?`,
    `config.yaml:1: listen is 8080, must be HOST:PORT, [IPV6]:PORT or :PORT (every interface), with a port from 0 to 65535: did you mean "127.0.0.1:8080"?`,
    `config.yaml:2: "concurency" is not a setting: did you mean "concurrency"?`,
    `config.yaml:3: concurrency is "many", must be a whole number from 1 to 10000`,
    `config.yaml:4: lease is "15 seconds", must be a duration from 200ms to 1h, such as 500ms, 15s, 1h30m or 30d (a bare number counts seconds)`,
    `config.yaml:5: log_level is "dbug", must be one of trace, debug, info, warn, error, fatal, silent: did you mean "debug"?`,
    `config.yaml:6: "colour" is not a setting`,
    `config.yaml:9: api_tokens[0].role: must be one of read, start, admin`,
    "config.yaml:10: api_tokens[0].hash: must be `sha256:` and 64 hex digits, as `workflows token` prints it",
    `config.yaml:11: api_tokens[1].nme: a token has no "nme", only name, role and hash: did you mean "name"?`,
    `config.yaml:11: api_tokens[1].name: must be 1 to 64 letters, digits or any of _ . @ -`,
    `config.yaml:11: api_tokens[1].role: must be one of read, start, admin`,
    "config.yaml:11: api_tokens[1].hash: must be `sha256:` and 64 hex digits, as `workflows token` prints it",
    `WORKFLOWS_MAX_LOST: max_lost is "0", must be a whole number from 1 to 1000`,
  ]);
});

test("a file in another form of the original's is refused with the forms that there are", async () => {
  const loading = loadConfig({ file: "/etc/workflows/Config.TOML", environment: {}, flags: {}, serves: false });
  await expect(loading).rejects.toThrow(
    "/etc/workflows/Config.TOML: is TOML; write the settings as YAML or JSON, `key: value`",
  );
});

test("mistakes of the configuration end the process with exit code 2", async () => {
  const failure = load({ file: "concurrency: 0" });
  await expect(failure).rejects.toBeInstanceOf(StartError);
  await expect(failure).rejects.toMatchObject({ exitCode: 2 });
});

test.each([
  ["a broken mapping", "listen: 127.0.0.1:1\n  lease: 5s\nx: [", /^config\.yaml:\d: not YAML: /],
  ["a list", "- listen", /^config\.yaml:1: must be a mapping/],
  ["a text", "hello", /^config\.yaml:1: must be a mapping/],
  ["bytes that are not UTF-8", new Uint8Array([0x6c, 0xff]), /^config\.yaml: is not valid UTF-8/],
  [
    "a key given twice",
    "lease: 15s\nlease: 20s",
    /^config\.yaml:2: "lease" is given twice, first in .*config\.yaml:1$/,
  ],
  ["two spellings of a key", "max_lost: 3\nmax-lost: 4", /^config\.yaml:2: "max-lost" is given twice/],
  ["a list for a number", "concurrency: [5]", /^config\.yaml:1: concurrency is \[5\], must be a whole number/],
  ["a fraction for a number", "concurrency: 1.5", /concurrency is 1\.5, must be a whole number/],
  ["an empty member", "allowed_hosts:\n  - a\n  - ''", /^config\.yaml:3: allowed_hosts\[1\]: must be a text/],
  [
    "a relative binary",
    "allowed_binaries:\n  - ls",
    /^config\.yaml:2: allowed_binaries\[0\]: "ls" must be an absolute path/,
  ],
  ["a host with a port", "allowed_hosts: [a:80]", /"a:80" must be a name without scheme, port and path/],
  ["any origin", "allowed_origins: ['*']", /"\*" must be the whole origin of a page: scheme, name and port/],
  [
    "an origin with a path",
    "allowed_origins: https://a.example/x",
    /"https:\/\/a\.example\/x" must be the whole origin/,
  ],
  ["an origin without scheme", "allowed_origins: [a.example]", /"a\.example" must be the whole origin/],
  ["a header with a space", "idempotency_header: My Key", /must be the name of a header, or empty/],
  ["an unknown encoding", "http_accept_encoding: zstd", /must be a list of gzip, deflate and br/],
  ["a key of another case", "Listen: ':1'", /^config\.yaml:1: "Listen" is not a setting: did you mean "listen"\?$/],
  [
    "an unknown key below nats",
    "nats:\n  stream:\n    name: x\n  uri: y",
    /^config\.yaml:4: "nats\.uri" is not a setting/,
  ],
])("refused: %s", async (_what, file, message) => {
  const mistakes = await mistakesIn({ file });
  expect(mistakes.length).toBeGreaterThan(0);
  expect(mistakes[0]).toMatch(message);
});

test("a file that is not there is named", async () => {
  const failure = loadConfig({ file: "/no/such.yaml", environment: {}, flags: {}, serves: false });
  await expect(failure).rejects.toThrow("/no/such.yaml: there is no such file");
});

test.each([
  [
    "lease: 8s",
    "config.yaml:1: heartbeat (5s) must be under half of lease (8s): make heartbeat at most 3999ms, or lease longer than 10s",
  ],
  [
    "heartbeat: 8s\n",
    "config.yaml:1: heartbeat (8s) must be under half of lease (15s): make heartbeat at most 7499ms, or lease longer than 16s",
  ],
  [
    "max_job_bytes: 1MB",
    "config.yaml:1: max_input_bytes (1MiB) must not be over max_job_bytes (1000000), which bounds input and results together",
  ],
])("values that do not fit together: %s", async (file, message) => {
  expect(await mistakesIn({ file })).toEqual([message]);
});

test("a check of two values is silent while one of them is wrong by itself", async () => {
  expect(await mistakesIn({ file: "heartbeat: soon\nlease: 6s" })).toEqual([
    expect.stringMatching(/^config\.yaml:1: heartbeat is "soon"/),
  ]);
});

test.each([
  ["mongo-url: mongodb://h\nmongo_password: hunter2", "config.yaml:2: mongo_password needs a user: add mongo_username"],
  ["mongo-url: mongodb://h\nmongo_username: u", "config.yaml:2: mongo_username needs mongo_password"],
])("half a login to MongoDB: %s", async (file, message) => {
  expect(await mistakesIn({ file })).toEqual([message]);
});

test.each([
  "mongo-url: mongodb://u@h\nmongo_password: p",
  "mongo-url: mongodb://u:p@h",
  "mongo-url: mongodb://h\nmongo_username: u\nmongo_password: p",
  "mongo-url: mongodb://h/?authMechanism=MONGODB-X509\nmongo_username: CN=u",
  "mongo_username: u",
])("a whole login to MongoDB, or none that is used: %s", async (file) => {
  expect(await mistakesIn({ file })).toEqual([]);
});

test.each([
  ["smtp_password: hunter2", "config.yaml:1: smtp_password needs a user: add smtp_username"],
  ["smtp_username: u", "config.yaml:1: smtp_username needs smtp_password"],
])("half a login to the mail server: %s", async (file, message) => {
  expect(await mistakesIn({ file })).toEqual([message]);
});

const mailLogin = "smtp_username: u\nsmtp_password: p\nsmtp_tls: off\n";

test("a password that would always go to another machine in the clear is refused at the start", async () => {
  const [mistake] = await mistakesIn({ file: `${mailLogin}smtp_host: 192.0.2.1:25` });
  expect(mistake).toMatch(
    /^config\.yaml:3: smtp_tls is off, so the password .* to 192\.0\.2\.1 in the clear: .*smtp_insecure_login: true/,
  );
  for (const host of ["127.0.0.1:25", "'[::1]:25'", "localhost:25", "mail:25"])
    expect(await mistakesIn({ file: `${mailLogin}smtp_host: ${host}` })).toEqual([]);
  expect(await mistakesIn({ file: `${mailLogin}smtp_host: 192.0.2.1:25\nsmtp_insecure_login: true` })).toEqual([]);
});

test.each(["nats://me:hunter2@h", "hunter2@h:4223", "nats://me:hunter2@127.0.0.1,nats://h"])(
  "a login to a NATS server on another machine, %s, is refused at the start where no TLS is asked for",
  async (uri) => {
    const file = `nats_uri: ${uri}`;
    const [mistake] = await mistakesIn({ file });
    expect(mistake).toMatch(
      /^config\.yaml:1: nats_uri does not ask for TLS, .* to h in the clear: write tls:.*nats_insecure_login: true/,
    );
    expect(mistake).not.toContain("hunter2");
    for (const line of ["nats_insecure_login: true", "nats_tls_ca: ca.pem"])
      expect(await mistakesIn({ file: `${file}\n${line}` })).toEqual([]);
  },
);

test.each([
  "tls://me:hunter2@h",
  "nats://h",
  "nats://h\nnats_credentials_file: my.creds",
  "nats://me:hunter2@127.0.0.1,nats://localhost,nats://[::1]",
])("a login to a NATS server that no other machine can read: %s", async (uri) => {
  expect(await mistakesIn({ file: `nats_uri: ${uri}` })).toEqual([]);
});

test.each([
  ["smtp_host: mail", 'smtp_host is "mail", must be HOST:PORT or [IPV6]:PORT: did you mean "mail:25"?'],
  ["smtp_host: '::1'", 'smtp_host is "::1", must be HOST:PORT or [IPV6]:PORT: did you mean "[::1]:25"?'],
  ["smtp_host: mail:0", 'smtp_host is "mail:0", must be HOST:PORT or [IPV6]:PORT'],
  ["smtp_host: smtp://mail:25", 'smtp_host is "smtp://mail:25", must be HOST:PORT or [IPV6]:PORT'],
  ["smtp_tls: tls", 'smtp_tls is "tls", must be one of auto, starttls, implicit, off'],
  ["smtp_auth_mechanism: NTLM", 'smtp_auth_mechanism is "NTLM", must be one of PLAIN, LOGIN, CRAM-MD5'],
])("a setting of mails that cannot be meant: %s", async (file, message) => {
  expect(await mistakesIn({ file })).toEqual([`config.yaml:1: ${message}`]);
});

test.each(["a.b", "a b", "a/b", '" "', "ä".repeat(32)])("no database is called %s", async (name) => {
  const [mistake] = await mistakesIn({ file: `mongo-dbname: ${name}` });
  expect(mistake).toMatch(/^config\.yaml:1: mongo-dbname is ".*", must be the name of a database/);
});

test.each(["smtp_password: [hunter2]", "mongo_password: {a: hunter2}", "mongo-url: [mongodb://u:hunter2/@h]"])(
  "the value of a secret is not shown when it is wrong: %s",
  async (file) => {
    const [mistake] = await mistakesIn({ file });
    expect(mistake).toMatch(/^config\.yaml:1: \S+ has a value that is wrong: must be a text that is not empty$/);
  },
);

const others = [":8080", "0.0.0.0:80", "192.168.1.5:80", "[::]:80", "example.com:80"];
const ourselves = ["127.0.0.1:80", "127.8.9.1:0", "localhost:80", "[::1]:80"];

test.each(others)("listening on %s needs tokens, or the line that says so", async (listen) => {
  const file = `listen: "${listen}"\n`;
  const [mistake] = await mistakesIn({ file, serves: true });
  expect(mistake).toContain(`config.yaml:1: listen is ${listen}`);
  expect(mistake).toContain('"allow_unauthenticated: true"');
  expect(await mistakesIn({ file: `${file}allow_unauthenticated: true\n`, serves: true })).toEqual([]);
  const token = `api_tokens: [{name: a, role: read, hash: "sha256:${"0".repeat(64)}"}]\n`;
  expect(await mistakesIn({ file: file + token, serves: true })).toEqual([]);
  expect(await mistakesIn({ file, serves: false })).toEqual([]);
});

test.each(ourselves)("listening on %s needs nothing", async (listen) => {
  expect(await mistakesIn({ file: `listen: "${listen}"\n`, serves: true })).toEqual([]);
});

test("two tokens of one name or one hash are refused", async () => {
  const hash = `sha256:${"0".repeat(64)}`;
  const file = `api_tokens:\n  - {name: a, role: read, hash: "${hash}"}\n  - {name: a, role: admin, hash: "${hash}"}\n`;
  expect(await mistakesIn({ file })).toEqual([
    "config.yaml:3: api_tokens[1].name: must differ from that of token number 1",
    "config.yaml:3: api_tokens[1].hash: must differ from that of token number 1",
  ]);
});
