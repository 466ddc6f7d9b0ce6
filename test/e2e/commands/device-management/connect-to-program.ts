// Loaded into a process before the product (`--import`), as `curl --connect-to` has it: connections to one host and port
// go to another. A definition that names a public service can so be run as it stands, against a local one.
import net from "node:net";

/** `{"HOST:PORT": "HOST:PORT"}` */
const redirected = JSON.parse(process.env["CONNECT_TO"] ?? "{}") as Readonly<Record<string, string>>;

type Connect = (options: Readonly<Record<string, unknown>>, ...more: unknown[]) => net.Socket;

const connect = net.connect as unknown as Connect;

const connectTo: Connect = (options, ...more) => {
  const target = redirected[`${String(options["host"])}:${String(options["port"])}`];
  if (target === undefined) return connect(options, ...more);
  const [host, port] = target.split(":");
  return connect({ ...options, host, port: Number(port) }, ...more);
};

Object.assign(net, { connect: connectTo });
