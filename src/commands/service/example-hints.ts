import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageInfo } from "../../compose/package-info.ts";
import { colours, note } from "../terminal.ts";

const input = { device_id: "device-1", request_id: "request-1", authorization: "Bearer example" };

/** What to type next, for whoever started the examples. */
export function showExamples(address: string | undefined): void {
  const server = address ?? "http://127.0.0.1:8080";
  const flags = Object.entries(input).map(([name, value]) => `--input ${name}="${value}"`);
  const elsewhere = address === undefined || address === "http://127.0.0.1:8080" ? "" : ` --server ${address}`;
  const program = existsSync(join(packageInfo().root, "src")) ? "./bin/workflows" : "workflows"; // a checkout, an installed package
  note(
    [
      "",
      colours.bold("Try in another terminal:"),
      `  ${program} run decommission_device ${flags.join(" ")} --wait${elsewhere}`,
      `  curl -X POST ${server}/api/v1/workflow/decommission_device -d '${JSON.stringify(input)}'`,
      `  ${program} jobs list${elsewhere}`,
      "",
    ].join("\n"),
  );
}
