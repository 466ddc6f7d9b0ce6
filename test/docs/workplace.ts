import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { endWithUs } from "../support/child-processes.ts";
import { eventually } from "../support/eventually.ts";
import type { FreshDatabase } from "../support/mongo/fresh-database.ts";
import { checkout } from "../support/product/checkout.ts";
import { freePort } from "../support/programs/free-port.ts";
import { tempFolder } from "../support/temp-folder.ts";

export interface Ended {
  readonly exitCode: number | null;
  /** Standard output and standard error, as a reader sees them. */
  readonly output: string;
}

/** A fresh copy of the repository in which the commands of one document are run, one block after the other. */
export interface Workplace extends AsyncDisposable {
  run(commands: string): Promise<Ended>;
  /** Starts the commands and comes back when the API answers. */
  start(commands: string): Promise<void>;
  write(name: string, text: string): Promise<void>;
  /** The text with the port and the MongoDB that the documents use replaced by those in use here. */
  local(text: string): string;
}

const documentedPort = "8080";
const documentedMongo = { uri: "mongodb://127.0.0.1:27017/?replicaSet=rs0", database: "mongo-dbname: workflows" };
const maxMs = 120_000;

/** Whether a document has its readers use a MongoDB. */
export function usesMongo(document: string): boolean {
  return document.includes(documentedMongo.uri);
}

/** `mongo`: what stands for the documents' MongoDB. */
export async function workplace(mongo?: Pick<FreshDatabase, "uri" | "database">): Promise<Workplace> {
  const folder = await tempFolder();
  const copy = join(folder.path, "workflows");
  await copyRepository(copy);
  await shims(join(folder.path, "shims"));
  const port = await freePort();
  const env = {
    ...process.env,
    PATH: [join(folder.path, "shims"), process.env["PATH"] ?? ""].join(delimiter),
    HOME: folder.path,
    WORKFLOWS_LISTEN: `127.0.0.1:${port}`,
    WORKFLOWS_SERVER: `http://127.0.0.1:${port}`,
    NO_COLOR: "1",
  };
  const local = (text: string) => {
    const here = text.replaceAll(documentedPort, String(port));
    if (mongo === undefined) return here;
    return here
      .replaceAll(documentedMongo.uri, mongo.uri)
      .replaceAll(documentedMongo.database, `mongo-dbname: ${mongo.database}`);
  };
  const started: number[] = [];

  function launch(commands: string) {
    const child = spawn("bash", ["-euo", "pipefail", "-c", local(commands)], {
      cwd: copy,
      env,
      detached: true, // a group of its own, which can be ended whole
      stdio: ["ignore", "pipe", "pipe"],
    });
    endWithUs(child);
    if (child.pid !== undefined) started.push(child.pid);
    const pieces: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (piece: string) => void pieces.push(piece));
    }
    return { child, output: () => pieces.join("") };
  }

  return {
    local,
    async run(commands) {
      const { child, output } = launch(commands);
      const timer = setTimeout(() => endGroup(child.pid), maxMs);
      const [exitCode] = (await once(child, "close")) as [number | null];
      clearTimeout(timer);
      return { exitCode, output: output() };
    },
    async start(commands) {
      const { child, output } = launch(commands);
      await eventually(
        `the API answers on port ${port}`,
        async () => {
          if (child.exitCode !== null) return true;
          return (await fetch(`http://127.0.0.1:${port}/status`)).status > 0;
        },
        { withinMs: maxMs, everyMs: 50 },
      );
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} instead of running on:\n${output()}`);
    },
    async write(name, text) {
      await mkdir(dirname(join(copy, name)), { recursive: true });
      await writeFile(join(copy, name), local(text));
    },
    async [Symbol.asyncDispose]() {
      for (const pid of started) endGroup(pid);
      await folder[Symbol.asyncDispose]();
    },
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // ended already
  }
}

async function copyRepository(to: string): Promise<void> {
  const { stdout } = await promisify(execFile)(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    {
      cwd: checkout,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const files = stdout.split("\0").filter((file) => file !== "" && !file.startsWith("test/"));
  for (const folder of new Set(files.map(dirname))) await mkdir(join(to, folder), { recursive: true });
  await Promise.all(files.map((file) => copyFile(join(checkout, file), join(to, file)).catch(unlessDeleted)));
  await symlink(join(checkout, "node_modules"), join(to, "node_modules"));
}

/** The index still names a file that was deleted and not yet committed. */
function unlessDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** What was done before the tests could run need not be done again, and the tests must not start themselves. */
async function shims(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(
    join(folder, "npm"),
    `#!/bin/sh\ncase "$1" in ci | install | test) exit 0 ;; esac\nPATH=\${PATH#*:} exec npm "$@"\n`,
  );
  await chmod(join(folder, "npm"), 0o755);
}
