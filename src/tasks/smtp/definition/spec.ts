import type { JsonTemplate, TextTemplate } from "../../../template/template.ts";

/** An `smtp` part, checked and compiled. A type, not an interface: it is stored as JSON. */
export type SmtpSpec = {
  readonly from: TextTemplate;
  readonly to: Recipients[];
  readonly cc: Recipients[];
  readonly bcc: Recipients[];
  readonly subject: TextTemplate;
  readonly body?: TextTemplate;
  readonly html?: TextTemplate;
  readonly timeoutMs?: number;
};

/** One entry of a list of recipients, by what may fill it: nobody who fills an address may add another to it. */
export type Recipients =
  /** The definition's own text and variables of the environment: commas separate addresses. */
  | { readonly kind: "list"; readonly text: TextTemplate }
  /** Filled by inputs or results, in part: one address. */
  | { readonly kind: "one"; readonly text: TextTemplate }
  /** One reference and nothing else: a text is one address, an array of texts one for each. */
  | { readonly kind: "value"; readonly value: JsonTemplate };
