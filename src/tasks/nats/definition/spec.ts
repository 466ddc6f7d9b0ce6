import type { JsonTextTemplate, TextTemplate } from "../../../template/template.ts";

/** A `nats` part, checked and compiled. A type, not an interface: it is stored as JSON. */
export type NatsSpec = {
  /** Written one after the other they are the subject. */
  readonly subject: SubjectPart[];
  /** Values may bring several tokens of the subject. */
  readonly openSubject?: true;
  readonly data: JsonTextTemplate;
};

/** What the definition says itself, by text or by variables of the environment; or what the job brings, by `of` in the definition. */
export type SubjectPart =
  | { readonly kind: "own"; readonly text: TextTemplate }
  | { readonly kind: "value"; readonly of: string; readonly text: TextTemplate };
