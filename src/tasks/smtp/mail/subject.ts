import { printable } from "./address.ts";

/** A subject as it is sent: in one line, without blanks of other widths. */
export function plainSubject(text: string): string {
  return text.replaceAll("\t", " ").toWellFormed();
}

export function canBeSubject(text: string): boolean {
  return printable.test(plainSubject(text));
}
