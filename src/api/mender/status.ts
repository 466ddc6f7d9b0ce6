import { Type } from "typebox";
import type { App } from "../context.ts";

export const StatusAnswer = Type.Object({ status: Type.Literal("ok") });

/** This process answers. It says nothing of the store: `/api/v1/health` does. */
export function addStatus(app: App): void {
  app.get("/status", { config: { role: "open" }, schema: { response: { 200: StatusAnswer } } }, async () => ({
    status: "ok" as const,
  }));
}
