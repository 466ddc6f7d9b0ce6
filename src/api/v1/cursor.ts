import { isJobId } from "../../model/ids.ts";
import type { JobKey } from "../../store/store.ts";

/** Where the next page of a list begins. Clients hand it back as they got it. */
export function writeCursor({ createdAt, id }: JobKey): string {
  return Buffer.from(`${createdAt}.${id}`).toString("base64url");
}

/** Undefined for what `writeCursor` never wrote. */
export function readCursor(cursor: string): JobKey | undefined {
  const match = /^(\d{1,15})\.([0-9a-f]{24})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  const [, createdAt, id] = match ?? [];
  if (createdAt === undefined || id === undefined || !isJobId(id)) return undefined;
  const key = { createdAt: Number(createdAt), id };
  return writeCursor(key) === cursor ? key : undefined;
}
