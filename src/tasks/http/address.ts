import ipaddr from "ipaddr.js";

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

interface Rule {
  readonly range: Range;
  readonly reason: string;
}

/** Why the address of a called service is refused, or undefined where it may be called. `address` is an IP address as `net.isIP` takes it. */
export function refusalOf(address: string, refusePrivate: boolean): string | undefined {
  const zone = address.indexOf("%");
  return refusal(ipaddr.parse(zone < 0 ? address : address.slice(0, zone)), refusePrivate);
}

function refusal(address: ipaddr.IPv4 | ipaddr.IPv6, refusePrivate: boolean): string | undefined {
  const own = match(always, address) ?? (refusePrivate ? match(unlessAllowed, address) : undefined);
  if (own !== undefined || address.kind() === "ipv4") return own;
  for (const inside of embedded(address.toByteArray())) {
    const reason = refusal(new ipaddr.IPv4(inside), refusePrivate);
    if (reason !== undefined) return `${reason}, written as IPv6`;
  }
  return undefined;
}

function match(rules: readonly Rule[], address: ipaddr.IPv4 | ipaddr.IPv6): string | undefined {
  return rules.find(({ range }) => range[0].kind() === address.kind() && address.match(range[0], range[1]))?.reason;
}

const rule = (cidr: string, reason: string): Rule => ({ range: ipaddr.parseCIDR(cidr), reason });

const metadata = "address of a cloud's metadata service";

/** Nothing that a workflow has business with; the metadata services hand out credentials to whoever reaches them. */
const always: readonly Rule[] = [
  rule("169.254.169.254/32", metadata),
  rule("100.100.100.200/32", metadata), // Alibaba
  rule("168.63.129.16/32", metadata), // Azure
  rule("fd00:ec2::/32", metadata), // Amazon
  rule("fd20:ce::254/128", metadata), // Google
  rule("fd00:c1::a9fe:a9fe/128", metadata), // Oracle
  rule("fd00:42::42/128", metadata), // Scaleway
  rule("169.254.0.0/16", "link-local address"),
  rule("fe80::/10", "link-local address"),
  rule("0.0.0.0/8", "unspecified address"),
  rule("::/128", "unspecified address"),
  rule("255.255.255.255/32", "broadcast address"),
  rule("224.0.0.0/4", "multicast address"),
  rule("ff00::/8", "multicast address"),
  rule("192.0.0.0/24", "reserved address"), // RFC 6890; Oracle's older metadata service is in it
  rule("240.0.0.0/4", "reserved address"), // RFC 1112
];

const unlessAllowed: readonly Rule[] = [
  rule("127.0.0.0/8", "loopback address"),
  rule("::1/128", "loopback address"),
  rule("10.0.0.0/8", "private address"), // RFC 1918
  rule("172.16.0.0/12", "private address"),
  rule("192.168.0.0/16", "private address"),
  rule("100.64.0.0/10", "shared address"), // RFC 6598
  rule("198.18.0.0/15", "private address"), // RFC 2544
  rule("fc00::/7", "private address"), // RFC 4193
  rule("fec0::/10", "private address"), // RFC 3879
];

const within = (bytes: readonly number[], prefix: readonly number[]) =>
  prefix.every((byte, index) => bytes[index] === byte);

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** The IPv4 addresses that an IPv6 address stands for or leads to. */
function embedded(bytes: readonly number[]): number[][] {
  const last = bytes.slice(12);
  if (within(bytes, [...zeros(15), 1])) return []; // loopback, not 0.0.0.1
  if (within(bytes, zeros(12))) return [last]; // compatible, RFC 4291
  if (within(bytes, [...zeros(10), 0xff, 0xff])) return [last]; // mapped, RFC 4291
  if (within(bytes, [...zeros(8), 0xff, 0xff, 0, 0])) return [last]; // translated, RFC 2765
  if (within(bytes, [0, 0x64, 0xff, 0x9b, ...zeros(8)])) return [last]; // NAT64, RFC 6052
  if (within(bytes, [0, 0x64, 0xff, 0x9b, 0, 1])) return localNat64(bytes);
  if (within(bytes, [0x20, 0x02])) return [bytes.slice(2, 6)]; // 6to4, RFC 3056
  // Teredo, RFC 4380: the server, and the client behind it with every bit turned
  if (within(bytes, [0x20, 0x01, 0, 0])) return [bytes.slice(4, 8), last.map((byte) => byte ^ 0xff)];
  if (within(bytes.slice(8), [0, 0, 0x5e, 0xfe])) return [last]; // ISATAP, RFC 5214
  if (within(bytes.slice(8), [2, 0, 0x5e, 0xfe])) return [last];
  return [];
}

/**
 * 64:ff9b:1::/48 (RFC 8215): the network chooses a prefix of 48 to 96 bits, and with it the place of the IPv4 address
 * (RFC 6052 section 2.2). Every reading counts; those that begin with a zero byte only where there is no other.
 */
function localNat64(bytes: readonly number[]): number[][] {
  const at = (...places: number[]) => places.map((place) => bytes[place] ?? 0);
  const readings = [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), at(12, 13, 14, 15)];
  const likely = readings.filter(([first]) => first !== 0);
  return likely.length > 0 ? likely : readings;
}
