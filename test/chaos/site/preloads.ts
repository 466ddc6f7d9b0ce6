/** Names the machine that a process is to believe to run on. */
export const hostVariable = "CHAOS_HOST";

/** Environment that loads these modules into a process before the product. */
export function preloading(modules: readonly string[]): { readonly NODE_OPTIONS: string } {
  const asked = process.env["NODE_OPTIONS"] ?? "";
  return { NODE_OPTIONS: [asked, ...modules.map((module) => `--import ${module}`)].join(" ").trim() };
}

/** The process gets a machine of its own, of that name. */
export function onHost(name: string): { readonly [variable: string]: string } {
  return { [hostVariable]: name, ...preloading([new URL("own-host.ts", import.meta.url).href]) };
}
