import { describe, expect, test } from "vitest";
import { startJob } from "../../support/workflows-api.ts";
import { calledService } from "./called-service.ts";
import { ended, menderSite } from "./site.ts";

describe("7. an input holding ${env.TOKEN} was expanded", () => {
  test("an input that looks like a template is sent as it is, wherever it stands", async () => {
    const target = await calledService();
    const note = "${env.TOKEN} ${workflow.input.other} ${encoding=url;workflow.input.other}";
    const site = await menderSite({
      name: "send",
      ...{
        version: 1,
        inputParameters: ["note", "other"],
        tasks: [
          {
            name: "call",
            type: "http",
            http: {
              uri: `${target.url}/?note=\${workflow.input.note}`,
              method: "POST",
              headers: { "X-Note": "${workflow.input.note}" },
              json: { whole: "${workflow.input.note}", inside: "<${workflow.input.note}>" },
            },
          },
        ],
      },
    });
    const env = { TOKEN: "hunter2", WORKFLOWS_ENV_ALLOWED: "TOKEN" };
    const running = await site.start("standalone", env);
    const { body } = await startJob(running.url, "send", { note, other: "hunter3" });
    expect(await ended(running.url, body.id)).toMatchObject({ status: "done" });
    const [call] = target.calls;
    expect(call?.path).toBe(`/?note=${encodeURIComponent(note)}`);
    expect(call?.headers["x-note"]).toBe(note);
    expect(JSON.parse(call?.body ?? "")).toEqual({ whole: note, inside: `<${note}>` });
  });
});
