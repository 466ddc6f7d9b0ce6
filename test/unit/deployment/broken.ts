import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../support/product/checkout.ts";

export function textOf(file: string): string {
  return readFileSync(join(checkout, file), "utf8");
}

/** The text with every `from` replaced; throws where there is none, as then nothing would be broken. */
export function broken(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`nothing to break: there is no "${from}"`);
  return text.replaceAll(from, to);
}
