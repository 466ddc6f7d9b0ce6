import { type Bytes, ipv4Forms, ipv6Forms } from "./written-forms.ts";

/** An address that no socket may be opened to. */
export interface Vector {
  readonly name: string;
  readonly uri: string;
  /** What the look-ups of its name find, one after the other; the last again and again. */
  readonly found?: readonly (readonly string[])[];
  readonly env?: { readonly [name: string]: string };
  readonly input?: { readonly [name: string]: string };
  readonly hostFromInput?: boolean;
  readonly refusePrivate?: boolean;
}

const neverCalled: readonly Bytes[] = [
  [169, 254, 169, 254],
  [169, 254, 0, 1],
  [100, 100, 100, 200],
  [168, 63, 129, 16],
  [224, 0, 0, 251],
  [239, 255, 255, 250],
  [240, 0, 0, 1],
  [255, 255, 255, 255],
  [192, 0, 0, 192],
];

/** "This network": as four bytes only, for a leading zero is nothing in most forms. */
const unspecified = [
  "0.0.0.0",
  "0",
  "0x0",
  "00",
  "0.0",
  "0.1.2.3",
  "0.255.255.255",
  "0x00000000",
  "0.0.0.0.",
  "０.０.０.０",
];

const privates: readonly Bytes[] = [
  [127, 0, 0, 1],
  [127, 255, 255, 254],
  [10, 0, 0, 1],
  [172, 16, 0, 1],
  [172, 31, 255, 255],
  [192, 168, 1, 1],
  [100, 64, 0, 1],
  [198, 18, 0, 1],
];

const written = (addresses: readonly Bytes[], refusePrivate: boolean): Vector[] =>
  Object.entries({ ...ipv4Forms, ...ipv6Forms }).flatMap(([form, write]) =>
    addresses.map((bytes) => ({ name: `${bytes.join(".")}, ${form}`, uri: `http://${write(bytes)}/x`, refusePrivate })),
  );

const literals: Vector[] = [
  ...unspecified.map((host) => ({ name: `unspecified ${host}`, uri: `http://${host}/` })),
  ...[
    ...["[::]", "[0:0:0:0:0:0:0:0]", "[::0.0.0.0]", "[::ffff:0.0.0.0]", "[::ffff:0:0]", "[64:ff9b::]", "[2002::1]"],
    ...["[fe80::1]", "[FE80::1]", "[febf:ffff::1]", "[fe80:0:0:0:1:2:3:4]"],
    ...["[ff02::1]", "[ff05::1:3]", "[ff00::]", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"],
    ...["[fd00:ec2::254]", "[fd00:ec2::23]", "[fd20:ce::254]", "[fd00:c1::a9fe:a9fe]", "[fd00:42::42]"],
    ...["[64:ff9b:1::]", "[64:ff9b:1:0:a9:fea9:fe00::]"],
  ].map((host) => ({ name: `IPv6 ${host}`, uri: `http://${host}:8080/` })),
  ...["[fe80::1%eth0]", "[fe80::1%25eth0]", "[fe80::1%251]", "[::1%lo]"].map((host) => ({
    name: `zone ${host}`,
    uri: `http://${host}/`,
  })),
  ...[
    "https://169.254.169.254/",
    "HTTP://169.254.169.254",
    "https://[::ffff:a9fe:a9fe]",
    "http://169.254.169.254:80?x",
  ].map((uri) => ({ name: `written ${uri}`, uri })),
  ...[
    "①⑥⑨.②⑤④.①⑥⑨.②⑤④",
    "¹⁶⁹.²⁵⁴.¹⁶⁹.²⁵⁴",
    "𝟏𝟔𝟗.254.𝟣𝟼𝟿.254",
    "169。254．169｡254",
    "169.25\u00ad4.169.254",
    "169%2E254%2e169%2E254",
  ].map((host) => ({ name: `unicode ${host}`, uri: `http://${host}/` })),
];

const userinfo: Vector[] = [
  "http://127.0.0.1@169.254.169.254/",
  "http://169.254.169.254@127.0.0.1/",
  "http://user:password@169.254.169.254/",
  "http://user:password@127.0.0.1/",
  "http://127.0.0.1:80@169.254.169.254:80/",
  "http://127.0.0.1%00@169.254.169.254/",
  "http://127.0.0.1\\@169.254.169.254/",
  "http://127.0.0.1%40169.254.169.254/",
  "http:\\\\169.254.169.254\\x",
  "http:///169.254.169.254/",
  "http:169.254.169.254/",
  "http://169.254.169.254\t/",
  "http://127.0.0.1\n@169.254.169.254/",
  "//169.254.169.254/",
  "ftp://169.254.169.254/",
  "file:///etc/passwd",
  "unix:/var/run/docker.sock",
].map((uri) => ({ name: `trick ${JSON.stringify(uri)}`, uri }));

const names: Vector[] = [
  ["169.254.169.254"],
  ["0.0.0.0"],
  ["::"],
  ["fe80::1"],
  ["fe80::1%1"],
  ["::ffff:169.254.169.254"],
  ["::ffff:a9fe:a9fe"],
  ["64:ff9b::a9fe:a9fe"],
  ["2002:a9fe:a9fe::"],
  ["fd00:ec2::254"],
  ["ff02::1"],
  ["169.254.169.254", "100.100.100.200"],
  ["0.0.0.0", "::"],
  ["not an address"],
  [""],
  [],
].map((addresses) => ({
  name: `a name with ${JSON.stringify(addresses)}`,
  uri: "http://rebound.test/",
  found: [addresses],
}));

const privateNames: Vector[] = [
  "127.0.0.1",
  "::1",
  "10.1.2.3",
  "::ffff:10.1.2.3",
  "fc00::1",
  "fec0::1",
  "100.64.1.1",
].map((address) => ({
  name: `a name with ${address}`,
  uri: "http://localhost/",
  found: [[address]],
  refusePrivate: true,
}));

const privateLiterals: Vector[] = ["[::1]", "[fc00::1]", "[fdff::1]", "[fec0::1]", "[::127.0.0.1]"].map((host) => ({
  name: `private ${host}`,
  uri: `http://${host}/`,
  refusePrivate: true,
}));

const fromEnvironment: Vector[] = [
  "169.254.169.254",
  "169.254.169.254:80",
  "0.0.0.0:9",
  "0xa9fea9fe",
  "[::ffff:169.254.169.254]",
  "[fe80::1%25eth0]",
  "user@169.254.169.254",
  "127.0.0.1@169.254.169.254",
  "169.254.169.254#",
  "169.254.169.254?",
  "169.254.169.254/..",
  "169.254.169.254\\",
  "127.0.0.1:99999",
  "127.0.0.1 169.254.169.254",
  "127.0.0.1\r\nHost: x",
  "１６９.254.169.254",
].map((value) => ({
  name: `a variable ${JSON.stringify(value)}`,
  uri: "http://${env.X_ADDR}/x",
  env: { X_ADDR: value },
}));

const fromInput: Vector[] = [
  "http://169.254.169.254/",
  "http://0xa9fea9fe/",
  "http://u@169.254.169.254/",
  "http://[::ffff:a9fe:a9fe]/",
  "file:///etc/passwd",
  "169.254.169.254",
].map((value) => ({
  name: `an input ${JSON.stringify(value)}`,
  uri: "${workflow.input.uri}",
  input: { uri: value },
  hostFromInput: true,
}));

export const vectors: readonly Vector[] = [
  ...written(neverCalled, false),
  ...written(privates, true),
  ...literals,
  ...userinfo,
  ...names,
  ...privateNames,
  ...privateLiterals,
  ...fromEnvironment,
  ...fromInput,
];
