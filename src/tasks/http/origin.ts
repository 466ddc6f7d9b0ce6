/** Where to connect to: scheme, host and port as the URL standard writes them. */
export interface Origin {
  /** `http://host[:port]`, lower case, Punycode, IPv4 in four decimal parts, no default port. */
  readonly href: string;
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
}

/** Each attempt asks twice for the same, and most attempts call the same few. What cannot be called is not kept: it may hold a password. */
const known = new Map<string, Origin>();
const mostKnown = 1000;
const longestKnown = 300;

/** Reads `scheme://host[:port]`, or says what is wrong with it. Takes every way of writing a host that browsers take, and gives the one form that is connected to. */
export function parseOrigin(text: string): Origin | { readonly problem: string } {
  const before = known.get(text);
  if (before !== undefined) return before;
  const origin = parse(text);
  if (!("problem" in origin) && text.length <= longestKnown) {
    if (known.size >= mostKnown) known.clear();
    known.set(text, origin);
  }
  return origin;
}

function parse(text: string): Origin | { readonly problem: string } {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { problem: "it must begin with http:// or https://" };
  if (scheme !== "http" && scheme !== "https") return { problem: `the scheme must be http or https, not ${scheme}` };
  const authority = text.slice(scheme.length + 3);
  if (authority === "") return { problem: "the host is missing" };
  if (authority.includes("@")) return { problem: "user and password do not belong in it: use an Authorization header" };
  if (/[/\\?#\s]/.test(authority) || hasControl(authority))
    return { problem: "only a host and a port may stand there" };
  const url = URL.parse(text);
  if (url === null || url.hostname === "") return { problem: "the host or the port is not valid" };
  return { href: url.origin, hostname: url.hostname.replace(/^\[(.*)\]$/, "$1") };
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x7f) return true;
  }
  return false;
}
