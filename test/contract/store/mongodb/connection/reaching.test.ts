import { expect, test } from "vitest";
import { closedPort } from "../../../../support/mongo/closed-port.ts";
import { tempFolder } from "../../../../support/temp-folder.ts";
import { failure, soon } from "./attempt.ts";
import { certificatesIn } from "./certificates.ts";
import { httpServer, silentServer, tlsServer } from "./listeners.ts";

test.each([
  [
    "127.0.0.1:27017",
    /^MongoDB at 127\.0\.0\.1:27017: mongo-url is not a usable address, such as mongodb:\/\/.*scheme/,
  ],
  ["postgres://u:hunter2@h/", /^MongoDB at postgres:\/\/\*\*\*@h\/: mongo-url is not a usable address/],
  ["mongodb://", /^MongoDB at mongodb:\/\/: mongo-url is not a usable address/],
  ["mongodb://h:99999", /^MongoDB at h:99999: mongo-url is not a usable address/],
  ["mongodb://h/?noSuchOption=1", /^MongoDB at h: .*nosuchoption/i],
  ["mongodb://h/?tls=maybe", /^MongoDB at h: .*tls/],
  [
    "mongodb://u:hunter2/hunter2@h/",
    /^MongoDB at mongodb:\/\/\*\*\*@h\/: .*percent-encoded, or given by mongo_username/,
  ],
  ["mongodb://u:hunter2?hunter2@h/", /^MongoDB at mongodb:\/\/\*\*\*@h\/: /],
  ["mongodb://u:hunter2@hunter2@h/", /^MongoDB at mongodb:\/\/\*\*\*@h\/: .*percent-encoded/],
  ["mongodb://u:%zzhunter2@h/", /^MongoDB at h: .*percent-encoded/],
  [
    "mongodb://h/?tls=true&tlsCAFile=/no/such/file",
    /^MongoDB at h: a file that mongo-url names cannot be read \(.*\/no\/such\/file/,
  ],
  [
    "mongodb+srv://u:hunter2@no.such.name.invalid/",
    /^MongoDB at no\.such\.name\.invalid: DNS has no usable SRV record/,
  ],
])("the address %s cannot be used, and the line says why", async (url, line) => {
  const told = await failure({ url });
  expect(told).toMatch(line);
  expect(told).not.toContain("hunter2");
  expect(told).not.toContain("\n");
});

test("certificates that are not trusted, not valid any more, or another host's", async (context) => {
  await using folder = await tempFolder();
  const certificates = await certificatesIn(folder.path);
  const ours = await tlsServer(context, await certificates.issue("ours", "IP:127.0.0.1"));
  const old = await tlsServer(context, await certificates.issue("old", "IP:127.0.0.1", -1));
  const other = await tlsServer(context, await certificates.issue("other", "DNS:other.example"));
  const query = `?tlsCAFile=${encodeURIComponent(certificates.authority)}`;
  const lines = await Promise.all([
    failure({ url: soon(`mongodb://${ours}/`), tls: true }),
    failure({ url: soon(`mongodb://${old}/${query}`), tls: true }),
    failure({ url: soon(`mongodb://${other}/${query}`), tls: true }),
  ]);
  expect(lines[0]).toMatch(/its TLS certificate is not trusted .* tlsCAFile=FILE/);
  expect(lines[1]).toMatch(/its TLS certificate is not valid now/);
  expect(lines[2]).toMatch(/its TLS certificate is for another host/);
});

// They wait for as long as an address, or a start, is patient.

test.concurrent("a name that DNS does not know", async ({ expect }) => {
  const told = await failure({ url: soon("mongodb://u:hunter2@no.such.name.invalid:27017/") });
  expect(told).toMatch(/^MongoDB at no\.such\.name\.invalid:27017: the host's name is not known to DNS/);
});

test.concurrent("a port where nothing listens", async ({ expect }) => {
  const address = await closedPort();
  const told = await failure({ url: soon(`mongodb://u:hunter2@${address}/?authSource=x`) });
  expect(told).toMatch(new RegExp(`^MongoDB at ${address}: nothing listens there .*; is MongoDB running`));
  expect(told).not.toContain("hunter2");
});

test.concurrent("another service than MongoDB", async (context) => {
  const { expect } = context;
  const address = await httpServer(context);
  expect(await failure({ url: soon(`mongodb://${address}/`) })).toMatch(
    /does not answer as a MongoDB .* another service/,
  );
  expect(await failure({ url: soon(`mongodb://${address}/`), tls: true })).toMatch(
    /it speaks no TLS there; is mongo_ssl/,
  );
});

test.concurrent("a server that takes connections and says nothing", async (context) => {
  const { expect } = context;
  // The default patience: it must be longer than one look at a server.
  expect(await failure({ url: `mongodb://${await silentServer(context)}` })).toMatch(
    /: no answer \(.*; check firewalls/,
  );
});

test.concurrent("however patient the address is, a start is not", async (context) => {
  const { expect } = context;
  const patient = "?serverSelectionTimeoutMS=600000&connectTimeoutMS=600000";
  expect(await failure({ url: `mongodb://${await silentServer(context)}/${patient}` })).toMatch(
    /: no answer within 8 s/,
  );
});

test.concurrent("of several hosts, the line names the one that it speaks of", async ({ expect }) => {
  const [one, two] = [await closedPort(), await closedPort()];
  const line = await failure({ url: soon(`mongodb://${one},${two}/?replicaSet=x`) });
  expect(line).toMatch(new RegExp(`^MongoDB at ${one},${two}: (${one}|${two}): nothing listens there`));
});
