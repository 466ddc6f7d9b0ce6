import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** So that no test of this process gets the port of another, which may be between two runs of its server. */
const given = new Set<number>();

/**
 * Ports of 127.0.0.1 on which nobody listens. They are none of those that the system gives out by itself: such a one could be anybody's who connects or
 * listens meanwhile, before its server is there, or while that is down; and who tries to connect to it could come upon himself.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  const beyond = firstOfSystem();
  while (ports.length < count) {
    const port = randomInt(beyond - 12_000, beyond);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error("no port was found");
  return port;
}

/** Where the system does not say it, as most have it. */
function firstOfSystem(): number {
  try {
    const first = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s/)[0]);
    return first > 14_000 ? first : 32_768;
  } catch {
    return 32_768;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
