// The tools of those who read these files in the end, where they are on this machine.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { installedProgram } from "./systemd/service.ts";

interface Tool {
  readonly name: string;
  /** Ends with 0 where the tool is there. */
  readonly probe: readonly string[];
  readonly check: (files: readonly string[]) => string[];
}

const tools: readonly Tool[] = [
  { name: "docker compose", probe: ["docker", "compose", "version"], check: composeConfig },
  { name: "kubectl", probe: ["kubectl", "version", "--client"], check: kubectlDecode },
  { name: "systemd-analyze", probe: ["systemd-analyze", "--version"], check: analyzeUnits },
];

/** What they say, which of them were there, and which not: nothing is left out in silence. */
export function askTools(files: readonly string[]): { problems: string[]; used: string[]; missing: string[] } {
  const there = tools.filter(({ probe }) => run(probe).status === 0);
  return {
    problems: there.flatMap(({ check }) => check(files)),
    used: there.map(({ name }) => name),
    missing: tools.filter((tool) => !there.includes(tool)).map(({ name }) => name),
  };
}

function run([program = "", ...args]: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 30_000 });
  return { status, output: error?.message ?? `${stdout}${stderr}` };
}

/** Fails, or says anything where `quiet` tools have nothing to say. */
function told(command: readonly string[], where: string, { quiet }: { readonly quiet: boolean }): string[] {
  const { status, output } = run(command);
  const problem = `${where}: ${command.slice(0, 3).join(" ")}: ${output.trim()}`;
  return status !== 0 || (quiet && output.trim() !== "") ? [problem] : [];
}

function composeConfig(files: readonly string[]): string[] {
  return files
    .filter((file) => basename(file) === "compose.yaml")
    .flatMap((file) => told(["docker", "compose", "--file", file, "config", "--quiet"], file, { quiet: true }));
}

/**
 * A dry run asks a cluster which kinds there are, and there is none. Without one kubectl still decodes what it changes on its own:
 * a patch with the object's own content fails on fields that are none, and `set` on values of another type.
 */
function kubectlDecode(files: readonly string[]): string[] {
  return files
    .filter((file) => file.startsWith("deploy/kubernetes/"))
    .flatMap((file) => {
      const documents = parseAllDocuments(readFileSync(file, "utf8"));
      if ("empty" in documents) return [];
      return documents.flatMap((document) => decoded(file, document.toJS() as { readonly kind?: string }));
    });
}

function decoded(file: string, object: { readonly kind?: string }): string[] {
  const folder = mkdtempSync(join(tmpdir(), "workflows-manifest-"));
  const copy = join(folder, "object.json");
  const text = JSON.stringify(object);
  writeFileSync(copy, text);
  try {
    const local = ["--local", "-f", copy, "-o", "name"];
    return [
      ...told(["kubectl", "patch", "--type", "strategic", "-p", text, ...local], file, { quiet: false }),
      ...(object.kind === "Deployment" ? told(["kubectl", "set", "env", ...local, "A=b"], file, { quiet: false }) : []),
      ...(object.kind === "Service"
        ? told(["kubectl", "set", "selector", ...local, "a=b"], file, { quiet: false })
        : []),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Our program is installed nowhere here: the units are verified with the launcher of this checkout in its place. */
function analyzeUnits(files: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "workflows-units-"));
  try {
    return files
      .filter((file) => file.endsWith(".service"))
      .flatMap((file) => {
        const copy = join(folder, basename(file));
        const text = readFileSync(file, "utf8").replaceAll(installedProgram, resolve("bin/workflows"));
        writeFileSync(copy, text);
        const instance = copy.replace("@.", "@1."); // a template by itself is not verified
        if (instance !== copy) copyFileSync(copy, instance);
        return told(["systemd-analyze", "verify", "--man=no", instance], file, { quiet: true });
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
