import { enableCompileCache } from "node:module";

// Before anything is imported that is worth keeping compiled: half of the time to start.
enableCompileCache();

const { runCommandLine } = await import("./commands/command-line.ts");

// Whatever a part left open: the command has ended.
process.exit(await runCommandLine(process.argv.slice(2)));
