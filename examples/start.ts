// `npm start`: a standalone with the examples, and beside it the small services that they call. Ctrl-C ends both.
import { spawn } from "node:child_process";
import { launcher } from "./demo/product.ts";
import { startTarget } from "./demo/target.ts";

/** Where the examples look for their services unless DEMO_ADDR says otherwise. */
const usualPort = 8090;

const target = await startTarget(usualPort).catch(() => startTarget(0)); // taken: any free one will do
const child = spawn(launcher, ["standalone", "--examples", ...process.argv.slice(2)], {
  env: { ...process.env, DEMO_ADDR: target.address },
  stdio: "inherit",
});
// From a terminal it comes to both; the second one within a moment counts as the same request.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
process.once("exit", () => child.kill("SIGKILL"));
child.once("exit", (code) => {
  target.close();
  process.exit(code ?? 1);
});
