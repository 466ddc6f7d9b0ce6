import { createSocket } from "node:dgram";
import dns from "node:dns";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** Records of one service, as `mongodb+srv` asks for them. */
export interface ServiceRecords {
  /** `_mongodb._tcp.NAME` */
  readonly service: string;
  readonly host: string;
  readonly port: number;
  /** Options, as in an address. */
  readonly text: { readonly name: string; readonly value: string };
}

type Lookup = (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void;

const types = { TXT: 16, SRV: 33 } as const;

/** A DNS server (RFC 1035, RFC 2782) that knows this service and its host, which is this machine; asked by this process until the test ends. */
export async function withNameServer(records: ServiceRecords): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port }) => socket.send(answer(query, records), port, "127.0.0.1"));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const before = dns.getServers();
  const { lookup } = dns;
  dns.setServers([`127.0.0.1:${socket.address().port}`]);
  // Addresses are asked of the system, which knows nothing of ours; `net` asks by this one of the overloads.
  Reflect.set(dns, "lookup", (name: string, options: dns.LookupAllOptions, answered: Lookup): void =>
    lookup(name === records.host ? "127.0.0.1" : name, options, answered),
  );
  onTestFinished(() => {
    dns.setServers(before);
    Reflect.set(dns, "lookup", lookup);
    socket.close();
  });
}

function answer(query: Buffer, { service, host, port, text }: ServiceRecords): Buffer {
  const { name, end } = question(query);
  const type = query.readUInt16BE(end);
  const data =
    type === types.SRV && name === service
      ? Buffer.concat([uint16(0, 0, port), encodedName(host)])
      : type === types.TXT && name === text.name
        ? Buffer.concat([Buffer.from([text.value.length]), Buffer.from(text.value)])
        : undefined;
  const header = Buffer.concat([query.subarray(0, 2), uint16(0x8180, 1, data === undefined ? 0 : 1, 0, 0)]);
  const asked = query.subarray(12, end + 4);
  if (data === undefined) return Buffer.concat([header, asked]);
  return Buffer.concat([header, asked, uint16(0xc00c, type, 1, 0, 60, data.length), data]);
}

function question(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join("."), end: at + 1 };
}

function encodedName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index);
  return bytes;
}
