import { expect, test } from "vitest";
import { explainConfig } from "../../../src/config/explain.ts";
import { natsAddress } from "../../../src/config/values/nats-address.ts";
import { load, mistakesIn } from "./loading.ts";

const parse = (value: string) => natsAddress.parse({ value });

test.for([
  ["nats://h:4222", { servers: [{ host: "h", port: 4222 }], tls: false, shown: "nats://h:4222" }],
  ["h", { servers: [{ host: "h", port: 4222 }], tls: false, shown: "nats://h:4222" }],
  ["h:1/", { servers: [{ host: "h", port: 1 }], tls: false, shown: "nats://h:1" }],
  ["TLS://a.example.", { servers: [{ host: "a.example.", port: 4222 }], tls: true, shown: "tls://a.example.:4222" }],
  ["nats://[::1]:5", { servers: [{ host: "::1", port: 5 }], tls: false, shown: "nats://[::1]:5" }],
  [
    "nats://me:a%3Ab@c%40@h",
    {
      servers: [{ host: "h", port: 4222 }],
      tls: false,
      login: { user: "me", password: "a:b@c@" },
      shown: "nats://h:4222",
    },
  ],
  [
    "nats://s3cr3t@h",
    { servers: [{ host: "h", port: 4222 }], tls: false, login: { token: "s3cr3t" }, shown: "nats://h:4222" },
  ],
  [
    "nats://u:p@a:1, b:2 ,nats://u:p@c",
    {
      servers: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
        { host: "c", port: 4222 },
      ],
      tls: false,
      login: { user: "u", password: "p" },
      shown: "nats://a:1,nats://b:2,nats://c:4222",
    },
  ],
] as const)("the address %s", ([written, value]) => {
  expect(parse(written)).toEqual({ ok: true, value });
});

test.for([
  "",
  "nats://",
  "http://h:4222",
  "ws://h",
  "h:0",
  "h:65536",
  "h/path",
  "a b",
  "nats://@h",
  "nats://:p@h",
  "nats://h,",
  "nats://u:p@a,nats://u:q@b",
  "[h]:1",
])("no address: %j", (written) => {
  expect(parse(written)).toMatchObject({ ok: false });
});

test("what is wrong with an address is told without its password, and the rest is explained without it", async () => {
  const [mistake] = await mistakesIn({ file: "nats_uri: http://me:hunter2@h" });
  expect(mistake).toMatch(/^config\.yaml:1: nats_uri has a value that is wrong: must be nats:\/\/HOST:PORT or tls:/);
  expect(mistake).not.toContain("hunter2");
  const explained = explainConfig(await load({ file: "nats_uri: nats://me:hunter2@a:1,tls://b" }));
  expect(explained.find(({ key }) => key === "nats_uri")?.value).toBe("nats://***@a:1,tls://***@b:4222");
});

test.for(["a.b", "a b", "*", "a>", "a/b", "a\\b"])("%j is no name of a stream", async (name) => {
  expect(await mistakesIn({ environment: { WORKFLOWS_NATS_STREAM_NAME: name } })).toEqual([
    expect.stringContaining("must be the name of a stream"),
  ]);
});
