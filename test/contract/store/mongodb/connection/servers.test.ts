import { MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { startMongod } from "../../../../support/mongo/replica-set.ts";
import "../../../../support/mongo/skip-without-server.ts";
import { tempFolder } from "../../../../support/temp-folder.ts";
import { failure, soon, success } from "./attempt.ts";
import { certificatesIn } from "./certificates.ts";
import { withNameServer } from "./name-server.ts";

type Options = Parameters<typeof startMongod>[0];

async function running(options: Options) {
  const mongod = await startMongod(options);
  onTestFinished(() => mongod.stop());
  return mongod;
}

test("a standalone server works, and the log says what it does not protect from", async () => {
  const { uri } = await running({ standalone: true });
  const { connection, warnings } = await success({ url: uri });
  expect(connection).toMatchObject({ topology: "standalone", database: "workflows" });
  expect(warnings).toEqual([
    expect.stringMatching(/standalone server: .* not the loss of its disk.*replica set of three/),
  ]);
  expect(await failure({ url: soon(`${uri}?replicaSet=other`) })).toMatch(
    /no server there belongs to a replica set named "other"/,
  );
});

test("an address cannot weaken what the promises rest on", async () => {
  const { uri } = await running({});
  const weak = "w=1&journal=false&wtimeoutMS=1&readConcernLevel=available&readPreference=secondary&retryWrites=true";
  const { connection, warnings } = await success({ url: `${uri}&${weak}&appName=mine` });
  const { options } = connection.client;
  expect(options.writeConcern).toMatchObject({ w: "majority", journal: true });
  expect(options.writeConcern?.wtimeoutMS).toBeUndefined();
  expect(options).toMatchObject({ retryWrites: false, appName: "mine" });
  expect(options.readConcern.level).toBe("local");
  expect(options.readPreference.mode).toBe("primary");
  expect(connection.topology).toBe("replica set");
  expect(warnings).toEqual([expect.stringContaining("one member")]);
});

test("a member whose replica set was never initiated", async () => {
  const { uri } = await running({ standalone: true, args: ["--replSet", "new"] });
  expect(await failure({ url: soon(uri) })).toMatch(/a replica set that was not initiated; run rs\.initiate\(\)/);
});

test("the setting names the database, else the path of the address, else it is `workflows`", async () => {
  const { host } = new URL((await running({ standalone: true })).uri);
  const cases = [
    [`mongodb://${host}`, undefined, "workflows"],
    [`mongodb://${host}/`, undefined, "workflows"],
    [`mongodb://${host}/from%5Fpath?appName=x`, undefined, "from_path"],
    [`mongodb://${host}/from_path`, "from_setting", "from_setting"],
  ] as const;
  for (const [url, database, expected] of cases) {
    const { connection } = await success({ url, database });
    expect(connection.database).toBe(expected);
    expect(connection.shown).toBe(`mongodb://${host}/${expected}`);
  }
});

test("mongodb+srv: hosts and options come from DNS, and TLS is on unless the address says otherwise", async () => {
  const { hostname, port } = new URL((await running({})).uri);
  expect(hostname).toBe("127.0.0.1");
  const text = { name: "cluster.sample.test", value: "replicaSet=workflows" };
  await withNameServer({ service: `_mongodb._tcp.${text.name}`, host: "db1.sample.test", port: Number(port), text });
  const { connection } = await success({ url: `mongodb+srv://${text.name}/jobs?tls=false` });
  expect(connection).toMatchObject({ topology: "replica set", database: "jobs", shown: `mongodb://${text.name}/jobs` });
  expect(await failure({ url: soon(`mongodb+srv://${text.name}/jobs`) })).toMatch(/: it speaks no TLS there/);
});

test("logins: what is refused is told, and settings win over the address", async () => {
  const mongod = await running({ standalone: true, args: ["--auth"] });
  const { host } = new URL(mongod.uri);
  await createUsers(mongod.uri);

  const refused = [
    failure({ url: `mongodb://root:hunter2@${host}/` }),
    failure({ url: `mongodb://${host}/`, username: "root", password: "hunter2" }),
    failure({ url: `mongodb://local:pa%3Ass@${host}/` }),
    failure({ url: `mongodb://${host}/` }),
    failure({ url: `mongodb://local:pa%3Ass@${host}/other?authSource=workflows` }),
  ];
  const [inUrl, inSettings, elsewhere, none, noRights] = await Promise.all(refused);
  expect(inUrl).toMatch(/the login of user "root" was refused; check user and password in mongo-url, .*"admin"/);
  expect(inSettings).toMatch(/the login of user "root" was refused; check mongo_username and mongo_password/);
  expect(elsewhere).toMatch(/the login of user "local" was refused.*database "admin".*authSource=/);
  expect(none).toMatch(/a login is required; set mongo_username and mongo_password/);
  expect(noRights).toMatch(/user "local" lacks rights in database "other"; grant it the role readWrite/);
  expect([inUrl, inSettings, elsewhere, none, noRights].join()).not.toMatch(/hunter2|pa:ss|pa%3Ass/);

  await success({ url: `mongodb://local:pa%3Ass@${host}/workflows` });
  await success({ url: `mongodb://nobody:wrong@${host}/`, username: "root", password: "pa:ss" });
  await success({ url: `mongodb://root@${host}/`, password: "pa:ss" });
  const { connection } = await success({ url: `mongodb://${host}/`, username: "root", password: "pa:ss" });
  expect(connection.shown).toBe(`mongodb://${host}/workflows`);
});

async function createUsers(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  const pwd = "pa:ss";
  await client.db("admin").command({ createUser: "root", pwd, roles: ["root"] }); // the first one needs no login
  await client.close();
  const admin = new MongoClient(uri, { auth: { username: "root", password: pwd } });
  await admin.db("workflows").command({ createUser: "local", pwd, roles: ["readWrite"] });
  await admin.close();
}

test("TLS: by a trusted certificate, by any where the settings say so, and never without", async () => {
  await using folder = await tempFolder();
  const certificates = await certificatesIn(folder.path);
  const key = await certificates.issue("server", "IP:127.0.0.1");
  const { authority } = certificates;
  const tls = ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", key, "--tlsCAFile", authority];
  const { uri } = await running({ standalone: true, args: [...tls, "--tlsAllowConnectionsWithoutCertificates"] });
  const trusting = `${uri}?tlsCAFile=${encodeURIComponent(authority)}`;

  await success({ url: trusting, tls: true });
  await success({ url: `${trusting}&tls=true` });
  const { warnings } = await success({ url: uri, tls: true, tlsSkipVerify: true });
  expect(warnings).toContainEqual(expect.stringContaining("any certificate of MongoDB is trusted"));
  expect(await failure({ url: soon(uri), tls: true })).toMatch(/its TLS certificate is not trusted/);
  expect(await failure({ url: soon(uri) })).toMatch(/does not answer as a MongoDB .* does it want TLS \(mongo_ssl\)\?/);
});
