import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { type MailServerOptions, startMailServer } from "../../../support/mail/mail-server.ts";
import { onTestFinished } from "../../../support/on-test-finished.ts";
import { freshPlace, settingsOf } from "../../../support/store/store-place.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { startJob } from "../../../support/workflows-api.ts";
import { startWorkflows, writeConfig } from "../../../support/workflows-process.ts";

const password = "hunter2-of-the-fleet";

const definition = {
  name: "welcome",
  version: 1,
  inputParameters: ["email", "name", "token"],
  optionalParameters: ["copies"],
  secretParameters: ["token"],
  tasks: [
    {
      name: "mail",
      type: "smtp",
      retries: 5,
      retryDelaySeconds: 0.05,
      smtp: {
        from: "Fleet <fleet@example.com>",
        to: ["${workflow.input.email}"],
        cc: ["${workflow.input.copies}"],
        subject: "Welcome, ${workflow.input.name}",
        body: "@welcome.txt",
        html: "@welcome.html",
      },
    },
    {
      name: "report",
      type: "smtp",
      smtp: { from: "fleet@example.com", to: ["log@example.com"], subject: "sent", body: "${mail.json.messageId}" },
    },
  ],
};

interface Shown {
  readonly status: string;
  readonly results: readonly {
    readonly success: boolean;
    readonly error?: { readonly code: string };
    readonly smtp: {
      readonly sender: string;
      readonly recipients: string[];
      readonly message: string;
      readonly error: string;
      readonly messageId?: string;
    };
  }[];
}

async function product(options: MailServerOptions) {
  const login = { username: "fleet", password, mechanisms: ["CRAM-MD5"] } as const;
  const server = await startMailServer({ ...options, login });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const place = await freshPlace();
  onTestFinished(() => place[Symbol.asyncDispose]());
  await writeFile(join(folder.path, "welcome.json"), JSON.stringify(definition));
  await writeFile(
    join(folder.path, "welcome.txt"),
    "Hello ${workflow.input.name},\nyour token is ${workflow.input.token}.\n",
  );
  await writeFile(join(folder.path, "welcome.html"), "<p>Hello ${workflow.input.name}</p>");
  const configPath = await writeConfig((await configFolder()).path, {
    ...settingsOf(place),
    listen: "127.0.0.1:0",
    workflows_path: folder.path,
    smtp_host: `127.0.0.1:${server.port}`,
    smtp_username: "fleet",
    smtp_password: password,
    smtp_auth_mechanism: "CRAM-MD5",
  });
  const running = await startWorkflows("standalone", { configPath });
  onTestFinished(async () => void (await running.stop()));
  return { server, running };
}

async function configFolder() {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder;
}

async function ended(url: string, id: string): Promise<{ job: Shown; text: string }> {
  return eventually("the job has ended", async () => {
    const text = await (await fetch(`${url}/api/v1/jobs/${id}`)).text();
    const job = JSON.parse(text) as Shown;
    return job.status === "done" || job.status === "failed" ? { job, text } : undefined;
  });
}

const input = { email: "ada@example.com", name: "Ada & Co", token: "t0ken-of-ada" };

test("a workflow sends mails whose texts stand in files, tries again, and shows them without secrets", async () => {
  let refusals = 0;
  const { server, running } = await product({
    recipient: (address) =>
      address.startsWith("ada@") && ++refusals <= 2 ? { code: 450, text: "greylisted" } : undefined,
  });
  const { body } = await startJob(running.url, "welcome", {
    ...input,
    copies: ["bob@example.com", "carl@example.com"],
  });
  const { job, text } = await ended(running.url, body.id);
  expect(job.status).toBe("done");
  const [welcome, report] = server.mails;
  expect(refusals).toBe(3);
  expect(welcome).toMatchObject({ user: "fleet", to: ["ada@example.com", "bob@example.com", "carl@example.com"] });
  expect(welcome?.headers.get("subject")).toBe("Welcome, Ada & Co");
  expect(welcome?.parts.get("text/plain")).toBe("Hello Ada & Co,\r\nyour token is t0ken-of-ada.\r\n");
  expect(welcome?.parts.get("text/html")).toBe("<p>Hello Ada &amp; Co</p>");
  expect(report?.parts.get("text/plain")).toBe(welcome?.headers.get("message-id"));
  expect(job.results[0]).toMatchObject({
    success: true,
    smtp: {
      sender: "fleet@example.com",
      recipients: ["ada@example.com", "bob@example.com", "carl@example.com"],
      message: expect.stringContaining("your token is ***.") as string,
      error: "",
      messageId: welcome?.headers.get("message-id"),
    },
  });
  const history = await (await fetch(`${running.url}/api/v1/jobs/${body.id}/history`)).text();
  for (const shown of [text, history, running.output()]) {
    expect(shown).not.toContain(password);
    expect(shown).not.toContain("t0ken-of-ada");
  }
});

test("a mail that the server refuses for good fails its job at once, and says why", async () => {
  const { server, running } = await product({ recipient: () => ({ code: 550, text: "no such user" }) });
  const { body } = await startJob(running.url, "welcome", input);
  const { job } = await ended(running.url, body.id);
  expect(job.status).toBe("failed");
  expect(job.results).toMatchObject([
    {
      success: false,
      error: { code: "refused" },
      smtp: { recipients: ["ada@example.com"], error: expect.stringContaining("550 no such user") as string },
    },
  ]);
  expect(server.mails).toEqual([]);
});

test("a definition that is posted cannot name files of the server", async () => {
  const { running } = await product({});
  for (const body of ["@/etc/hostname", "@welcome.txt"]) {
    const smtp = { from: "fleet@example.com", to: ["ada@example.com"], body };
    const posted = { name: "posted", tasks: [{ name: "mail", type: "smtp", smtp }] };
    const answer = await fetch(`${running.url}/api/v1/metadata/workflows`, {
      method: "POST",
      body: JSON.stringify(posted),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      details: [
        { at: "/tasks/0/smtp/body", message: expect.stringContaining("only a definition that is read") as string },
      ],
    });
  }
});

test("a worker whose file of authorities is not there does not start, and names the setting", async () => {
  const place = await freshPlace();
  onTestFinished(() => place[Symbol.asyncDispose]());
  const configPath = await writeConfig((await configFolder()).path, {
    ...settingsOf(place),
    listen: "127.0.0.1:0",
    smtp_tls_ca: "/nowhere/ca.pem",
  });
  await expect(startWorkflows("standalone", { configPath })).rejects.toThrow(
    /ended with 2:\n.*smtp_tls_ca: \/nowhere\/ca\.pem cannot be used/s,
  );
});
