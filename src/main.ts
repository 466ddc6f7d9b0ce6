import { enableCompileCache } from "node:module";

// Before anything is imported that is worth keeping compiled: half of the time to start.
enableCompileCache();

const { runCommandLine } = await import("./commands/command-line.ts");
const { printed } = await import("./commands/terminal.ts");

const exitCode = await runCommandLine(process.argv.slice(2));
await printed();
process.exit(exitCode); // whatever a part left open: the command has ended
