import { Type } from "typebox";
import type { App } from "../context.ts";
import { answerWith } from "../openapi/described.ts";

export const StatusAnswer = Type.Object({ status: Type.Literal("ok") });

const schema = {
  operationId: "getStatus",
  summary: "Tells that the process answers",
  tags: ["Operation"],
  response: { 200: answerWith(StatusAnswer, { description: "It does, whatever the store does" }) },
};

/** This process answers. It says nothing of the store: `/api/v1/health` does. */
export function addStatus(app: App): void {
  app.get("/status", { config: { role: "open", anyQuery: true }, schema }, async () => ({ status: "ok" as const }));
}
