/** Ways of writing an IPv4 address in a URI, as browsers and the C library take them. */
export const ipv4Forms: { readonly [name: string]: (bytes: Bytes) => string } = {
  dotted: (bytes) => bytes.join("."),
  "trailing dot": (bytes) => `${bytes.join(".")}.`,
  decimal: (bytes) => String(number(bytes)),
  hex: (bytes) => `0x${number(bytes).toString(16)}`,
  "upper-case hex": (bytes) => `0X${number(bytes).toString(16).toUpperCase()}`,
  octal: (bytes) => `0${number(bytes).toString(8)}`,
  "padded octal": (bytes) => `000${number(bytes).toString(8)}`,
  "dotted hex": (bytes) => bytes.map((byte) => `0x${byte.toString(16)}`).join("."),
  "dotted octal": (bytes) => bytes.map((byte) => `0${byte.toString(8)}`).join("."),
  "two parts": ([a, b, c, d]) => `${a}.${b * 65536 + c * 256 + d}`,
  "three parts": ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  mixed: ([a, b, c, d]) => `0x${a.toString(16)}.0${b.toString(8)}.${c}.${d}`,
  "full-width digits": (bytes) => fullWidth(bytes.join(".")),
  "ideographic full stops": (bytes) => bytes.join("\u3002"),
  "half-width full stops": (bytes) => bytes.join("\uff61"),
  "percent-encoded": (bytes) => percent(bytes.join(".")),
};

/** Ways of writing an IPv6 address that stands for an IPv4 address or leads to it. */
export const ipv6Forms: { readonly [name: string]: (bytes: Bytes) => string } = {
  mapped: (bytes) => `[::ffff:${bytes.join(".")}]`,
  "mapped in hex": (bytes) => `[::FFFF:${pair(bytes)}]`,
  "mapped, long": (bytes) => `[0:0:0:0:0:ffff:${pair(bytes)}]`,
  compatible: (bytes) => `[::${bytes.join(".")}]`,
  translated: (bytes) => `[::ffff:0:${pair(bytes)}]`,
  NAT64: (bytes) => `[64:ff9b::${bytes.join(".")}]`,
  "local NAT64, /96": (bytes) => `[64:ff9b:1::${pair(bytes)}]`,
  "local NAT64, /64": ([a, b, c, d]) => `[64:ff9b:1:0:${hex(a)}:${hex(b, c)}:${hex(d, 0)}:0]`,
  "local NAT64, /48": ([a, b, c, d]) => `[64:ff9b:1:${hex(a, b)}:${hex(0, c)}:${hex(d, 0)}::]`,
  "6to4": (bytes) => `[2002:${pair(bytes)}::1]`,
  "Teredo server": (bytes) => `[2001:0:${pair(bytes)}::f7f7:f7f7]`,
  "Teredo client": ([a, b, c, d]) => `[2001:0:808:808:0:0:${hex(255 - a, 255 - b)}:${hex(255 - c, 255 - d)}]`,
  ISATAP: (bytes) => `[2001:db8::5efe:${bytes.join(".")}]`,
  "global ISATAP": (bytes) => `[2001:db8::200:5efe:${pair(bytes)}]`,
};

export type Bytes = readonly [number, number, number, number];

function number([a, b, c, d]: Bytes): number {
  return ((a * 256 + b) * 256 + c) * 256 + d;
}

function hex(...bytes: number[]): string {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0).toString(16);
}

function pair([a, b, c, d]: Bytes): string {
  return `${hex(a, b)}:${hex(c, d)}`;
}

function fullWidth(text: string): string {
  return [...text].map((character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0)).join("");
}

function percent(text: string): string {
  return [...text].map((character) => `%${(character.codePointAt(0) ?? 0).toString(16)}`).join("");
}
