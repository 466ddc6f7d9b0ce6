import { domainToASCII } from "node:url";

/** A mailbox. */
export interface Address {
  /** As people read it; may be empty. */
  readonly name: string;
  /** `local@domain` in ASCII, as it stands in the envelope. */
  readonly address: string;
}

/** Octets (RFC 5321 section 4.5.3.1). */
const maxLocalLength = 64;
const maxAddressLength = 254;

/** All but line breaks and other control characters. */
export const printable = /^[\x20-\x7e\u00a0-\u2027\u202a-\u{10ffff}]*$/u;

/** A dot-atom (RFC 5322 section 3.2.3): neither quotes nor comments, which parsers read in more than one way. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

const domainName = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)*$/i;

/** Reads one `local@domain`, `<local@domain>` or `NAME <local@domain>`, or says what is wrong with it. Never finds more than one address in it. */
export function parseAddress(text: string): Address | { readonly problem: string } {
  const given = text.trim();
  if (!printable.test(given)) return { problem: "it holds a line break or another control character" };
  const angled = /^(.*)<([^<>]*)>$/u.exec(given);
  const [name, mailbox] = angled === null ? ["", given] : [unquoted(angled[1] ?? ""), angled[2] ?? ""];
  if (/[<>]/.test(name) || /[<>]/.test(mailbox)) return { problem: "it is neither ADDRESS nor NAME <ADDRESS>" };
  const address = asciiOf(mailbox.trim());
  return typeof address === "string" ? { name, address } : address;
}

/** A name as it is meant: it is quoted anew where it is sent. */
function unquoted(name: string): string {
  const trimmed = name.trim().toWellFormed();
  const inside = /^"(.*)"$/u.exec(trimmed)?.[1];
  return inside === undefined ? trimmed : inside.replaceAll(/\\(.)/gu, "$1");
}

function asciiOf(mailbox: string): string | { readonly problem: string } {
  const at = mailbox.lastIndexOf("@");
  const [local, domain] = [mailbox.slice(0, Math.max(0, at)), mailbox.slice(at + 1)];
  if (mailbox.includes(",") || mailbox.includes(";"))
    return { problem: "it holds more than one address: several must be an array of texts" };
  if (at < 0) return { problem: 'it has no "@"' };
  if (!localPart.test(local)) return { problem: 'what stands before the "@" is not valid' };
  if (local.length > maxLocalLength) return { problem: `more than ${maxLocalLength} characters stand before the "@"` };
  const ascii = /^[\x20-\x7e]*$/.test(domain) ? domain : domainToASCII(domain);
  if (!domainName.test(ascii)) return { problem: 'what stands after the "@" is not a domain' };
  const address = `${local}@${ascii}`;
  return address.length > maxAddressLength ? { problem: `it has more than ${maxAddressLength} characters` } : address;
}

/** An address for people. */
export function shown({ name, address }: Address): string {
  return name === "" ? address : `${name} <${address}>`;
}
