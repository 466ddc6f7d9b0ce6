import type { Job } from "../../../client/workflows.ts";
import { table } from "../../terminal.ts";

/** Characters of an input, a request or an answer; `--json` has all of it. */
const mostShown = 200;

/** What a job was given, and what its tasks sent and brought, each in one short line; empty where there is neither. */
export function partsText(job: Pick<Job, "inputParameters" | "results">): string {
  const inputs = job.inputParameters.map(({ name, value }) => [name, shortened(JSON.stringify(value) ?? "")]);
  const results = job.results.map((result) => [result.name, ...resultCells(result)]);
  const tables = [
    ...(inputs.length === 0 ? [] : [table(["INPUT", "VALUE"], inputs)]),
    ...(results.length === 0 ? [] : [table(["RESULT", "ANSWER", "REQUEST", "CONTENT"], results)]),
  ];
  return tables.map((text) => `\n\n${text}`).join("");
}

type Result = Job["results"][number];

/** How it was answered, what was asked, what came; secrets were hidden by the server. */
function resultCells({ skipped, error, httpRequest, httpResponse, cli, nats, smtp }: Result): string[] {
  if (skipped) return ["skipped", "", ""];
  const failure = error?.code ?? "";
  if (cli !== undefined) {
    const answer = cli.signal ?? (cli.command.length === 0 ? failure : `exit ${cli.exitCode}`);
    const { output, error: written } = cli;
    return [answer, shortened(cli.command.join(" ")), shortened(output === "" ? written : output, cli.truncated)];
  }
  if (smtp !== undefined) return [failure, shortened(`to ${smtp.recipients.join(", ")}`), shortened(smtp.error)];
  if (nats !== undefined) return [failure, "", shortened(nats.error)];
  const request = httpRequest === undefined ? "" : `${httpRequest.method} ${httpRequest.uri}`;
  const { statusCode, body = "", truncated } = httpResponse ?? {};
  return [statusCode === undefined ? failure : String(statusCode), shortened(request), shortened(body, truncated)];
}

/** Up to `mostShown` characters. `isCut`: there was more already where it comes from. */
export function shortened(text: string, isCut = false): string {
  if (text.length <= mostShown) return isCut ? `${text} …` : text;
  return `${text.slice(0, mostShown).toWellFormed()} …`;
}
