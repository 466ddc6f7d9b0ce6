import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetRun } from "./fleet-campaign.ts";

/** Writes the evidence and the log of every process into a folder, for whoever wants to know why. */
export async function keep({ evidence, logs }: FleetRun, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "evidence.json"), JSON.stringify(evidence));
  for (const { name, output } of logs) await writeFile(join(folder, `${name}.log`), output);
}
