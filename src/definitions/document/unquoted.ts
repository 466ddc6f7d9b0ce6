import { type Document, visit } from "yaml";

/** A number or a truth value of a document, with the text that stands there: `1.10` is 1.1 where a number is needed. */
export class Unquoted {
  readonly value: number | boolean;
  readonly text: string;

  constructor(value: number | boolean, text: string) {
    this.value = value;
    this.text = text;
  }
}

/** Has what is made of a document hold `Unquoted` for each of its numbers and truth values, wherever aliases and merge keys bring them. */
export function keepTexts(document: Document.Parsed): void {
  visit(document, {
    Scalar: (key, node) => {
      const { value } = node;
      if (key === "key" || (typeof value !== "number" && typeof value !== "boolean")) return;
      node.value = new Unquoted(value, node.source ?? String(value));
    },
  });
}
