// Loaded into a process before the product (`--import`): gives it a machine of its own in the eyes of the others, so that
// nobody can look up whether its process id is gone, and only the lease tells.
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { hostVariable } from "./preloads.ts";

const name = process.env[hostVariable];
if (name !== undefined) {
  os.hostname = () => name;
  syncBuiltinESMExports();
}
