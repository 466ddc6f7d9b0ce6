import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { type Exit, endWithUs, exitOf } from "../child-processes.ts";
import { eventually } from "../eventually.ts";
import { closedPort } from "../mongo/closed-port.ts";
import { guard } from "../programs/guard.ts";
import { tempFolder } from "../temp-folder.ts";
import { announced } from "./announced-program.ts";
import { findNatsServer } from "./find-nats-server.ts";

export interface NatsServerOptions {
  /** Lines of its configuration beside address and store. */
  readonly config?: string;
  /** No JetStream. */
  readonly plain?: true;
  /** It is started by `restart` only; nothing listens until then. */
  readonly later?: true;
}

/** A nats-server of a test's own, on a port and with a store that it keeps when it is started again; disposing of it ends both. */
export interface NatsServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** SIGSTOP; resolves when none of its threads runs any more. */
  freeze(): Promise<void>;
  /** SIGCONT */
  thaw(): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<Exit>;
  /** Starts it again, on the same port and with the same store, after it has ended. */
  restart(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1, with JetStream, and waits until it takes connections. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const found = announced();
  const program = found !== undefined && "path" in found ? found.path : await findNatsServer();
  const folder = await tempFolder();
  const address = await closedPort();
  const configPath = join(folder.path, "nats.conf");
  const jetstream =
    options.plain === true ? "" : `jetstream { store_dir: ${JSON.stringify(join(folder.path, "store"))} }`;
  await writeFile(configPath, `listen: "${address}"\n${jetstream}\n${options.config ?? ""}\n`);
  let running: { child: ChildProcess; exited: Promise<Exit> } | undefined;
  const server: NatsServer = {
    address,
    async freeze() {
      running?.child.kill("SIGSTOP");
      await eventually("nats-server is stopped", () => isStopped(running?.child.pid ?? 0));
    },
    thaw: () => void running?.child.kill("SIGCONT"),
    async kill() {
      running?.child.kill("SIGKILL");
      return (await running?.exited) ?? { code: null, signal: null };
    },
    async restart() {
      await running?.exited;
      running = await start(program, configPath, address, folder.path);
    },
    async [Symbol.asyncDispose]() {
      await server.kill();
      await folder[Symbol.asyncDispose]();
    },
  };
  try {
    if (options.later !== true) await server.restart();
    return server;
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

async function start(program: string, configPath: string, address: string, folder: string) {
  const child = spawn(program, ["-c", configPath], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = exitOf(child);
  endWithUs(child);
  guard(child, folder);
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    log = (log + piece).slice(-4000);
  });
  let exit: Exit | undefined;
  const ended = exited.then((how) => {
    exit = how;
  });
  const listens = eventually("nats-server greets", async () => exit !== undefined || (await greets(address)));
  await Promise.race([listens, ended]);
  if (exit !== undefined) throw new Error(`nats-server ended with ${exit.code ?? exit.signal}; its log ends:\n${log}`);
  return { child, exited };
}

/** Where the system has no `/proc` it is taken to be at once. */
function isStopped(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return true;
  return readdirSync(threads).every((thread) => /\) T /.test(readFileSync(`${threads}/${thread}/stat`, "utf8")));
}

/** It sends its INFO line: JetStream is ready by then. */
function greets(address: string): Promise<boolean> {
  const [host = "", port] = address.split(":");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const answer = (greeted: boolean) => () => {
      resolve(greeted);
      socket.destroy();
    };
    socket.once("data", answer(true)).once("error", answer(false)).once("close", answer(false));
  });
}
