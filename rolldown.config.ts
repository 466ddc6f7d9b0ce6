// Bundles `dist/`, which an installed package runs: Node strips no types below node_modules, and one file is read
// much faster than hundreds. docs/decisions/0001-dependencies.md has the figures.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "rolldown";

/** Started by URL, so each is a file of its own in `dist/`. */
const threads: Readonly<Record<string, string>> = {
  thread: "src/store/sqlite/thread.ts",
  "copier-thread": "src/store/sqlite/database/copier-thread.ts",
};

/** Loaded when first needed, by those who need them only: they stay out of the bundle. */
const external = [/^node:/, /^(mongodb|nodemailer|@nats-io\/|@opentelemetry\/|@fastify\/swagger)/];

/** Points `new URL("./thread.ts", import.meta.url)` at the bundled file, and refuses what a bundle would break. */
function threadUrls(): Plugin {
  return {
    name: "thread-urls",
    transform(code, id) {
      if (id.includes("node_modules")) return null;
      return code.replaceAll(/new URL\(\s*"([^"]+)",\s*import\.meta\.url,?\s*\)/g, (_whole, path: string) => {
        const name = Object.keys(threads).find((thread) => path.endsWith(`/${thread}.ts`));
        if (name === undefined)
          throw new Error(`${id}: no file of dist/ stands for ${path}; name it in rolldown.config.ts`);
        return `new URL("./${name}.js", import.meta.url)`;
      });
    },
  };
}

/** What is bundled is passed on, so its licences are too. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const id of chunk.moduleIds) {
          const folder = /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0];
          if (folder !== undefined) folders.add(folder);
        }
      }
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: [...folders].sort().map(licenceOf).join("\n") });
    },
  };
}

function licenceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Readonly<Record<string, unknown>>;
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
  return `${String(manifest["name"])} ${String(manifest["version"])} (${JSON.stringify(manifest["license"] ?? "")})\n\n${text}\n${"-".repeat(80)}\n`;
}

/** What other programs and pages import as `workflows/client`; its types are written beside it by `tsc -p tsconfig.client.json`. */
const client = "src/client/workflows.ts";

for (const source of ["src/main.ts", client, ...Object.values(threads)]) {
  if (!existsSync(source)) throw new Error(`${source} is not there: run the build in the folder of the package`);
}

const product = defineConfig({
  input: { main: "src/main.ts", ...threads },
  platform: "node",
  external,
  plugins: [threadUrls(), licences()],
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    // No subfolders: every file finds the threads beside itself.
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  },
});

export const forOthers = defineConfig({
  input: { client },
  // For browsers as well: nothing of Node is there, and what imports it fails here rather than in a page.
  platform: "browser",
  output: { dir: "dist", format: "esm", entryFileNames: "[name].js" },
});

export default [product, forOthers];
