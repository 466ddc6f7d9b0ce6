import type { Log } from "../../../src/model/log.ts";

/** What was written into a log, by level. */
export class MemoryLog implements Log {
  readonly lines: { readonly level: "info" | "warn" | "error"; readonly fields: object; readonly message: string }[] =
    [];

  info(fields: object, message: string): void {
    this.lines.push({ level: "info", fields, message });
  }

  warn(fields: object, message: string): void {
    this.lines.push({ level: "warn", fields, message });
  }

  error(fields: object, message: string): void {
    this.lines.push({ level: "error", fields, message });
  }

  messages(level: "info" | "warn" | "error"): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }
}
