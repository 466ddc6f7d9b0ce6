import { join } from "node:path";
import { expect, test } from "vitest";
import { compileDocument } from "../../../src/definitions/compile-document.ts";
import { loadDefinitions } from "../../../src/definitions/load.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import { defaultSmtpSettings } from "../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../src/tasks/smtp/smtp-kind.ts";
import { compileOptions, definition, folderWith, withTask } from "./definition-files.ts";

const kinds = taskKinds([createSmtpKind(defaultSmtpSettings, 1024)]);

/** A workflow of so many mails, each with the same text of 256 KiB from a file. */
async function loadMails(count: number) {
  const smtp = { from: "f@example.com", to: ["t@example.com"], body: "@big.txt" };
  const tasks = Array.from({ length: count }, (_, index) => ({ name: `mail ${index}`, type: "smtp", smtp }));
  const folder = await folderWith({
    "flows/big.txt": "x".repeat(256 * 1024),
    "flows/mails.json": JSON.stringify(definition({ tasks })),
  });
  return loadDefinitions([join(folder, "flows")], { kinds, envAllowed: () => false });
}

test("a definition that is too large with the texts of its files is refused, with its size and the limit", async () => {
  expect(await loadMails(16)).toMatchObject({
    definitions: [],
    problems: [
      {
        severity: "error",
        at: "",
        message:
          "the definition has 4.1 MiB when it is compiled, with all texts from files in it, and may have 4 MiB: make several workflows of it, or its texts shorter",
      },
    ],
  });
  expect(await loadMails(15)).toMatchObject({ definitions: [{ workflow: { name: "greet" } }], problems: [] });
});

test("so is one that grows too large without any file, as a posted one may", () => {
  const document = withTask({}, { method: "PUT", json: Array.from({ length: 400_000 }, () => 1) });
  expect(compileDocument(document as JsonObject, compileOptions)).toEqual({
    problems: [
      { severity: "error", at: "", message: expect.stringMatching(/ has 5\.4 MiB .* may have 4 MiB/) as string },
    ],
  });
});
