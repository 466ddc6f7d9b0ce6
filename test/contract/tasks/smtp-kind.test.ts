import { defaultSmtpSettings } from "../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../src/tasks/smtp/smtp-kind.ts";
import { startMailServer } from "../../support/mail/mail-server.ts";
import { describeKind } from "./kind-contract.ts";

describeKind(async () => {
  const hanging = new Set<string>();
  const server = await startMailServer({
    recipient(address) {
      if (address === "hang@example.com") hanging.add(address);
      if (address === "hang@example.com") return "hang";
      return address === "later@example.com" ? { code: 450, text: "come again" } : undefined;
    },
  });
  const kind = createSmtpKind({ ...defaultSmtpSettings, host: "127.0.0.1", port: server.port }, 1024 * 1024);
  const mailTo = (address: string) => ({
    from: "fleet@example.com",
    to: [address],
    subject: "${workflow.input.text}",
    body: "It says ${workflow.input.text}",
  });
  return {
    kind,
    succeeds: mailTo("ada@example.com"),
    fails: mailTo("later@example.com"),
    hangs: mailTo("hang@example.com"),
    running: () => Math.min(hanging.size, server.open()),
    async [Symbol.asyncDispose]() {
      await kind.close();
      await server[Symbol.asyncDispose]();
    },
  };
});
