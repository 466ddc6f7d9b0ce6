// Runs once before the tests of each project that needs a NATS server, in the process that starts them all: each test then starts its own.
import { NoProgram } from "../programs/find-program.ts";
import { announce, announced } from "./announced-program.ts";
import { findNatsServer } from "./find-nats-server.ts";

export async function setup(): Promise<void> {
  if (announced() !== undefined) return; // by another project's set-up
  try {
    announce({ path: await findNatsServer() });
  } catch (error) {
    if (!(error instanceof NoProgram)) throw error;
    announce({ missing: error.message });
    console.error(`Tests that need a NATS server are skipped: ${error.message}`);
  }
}
