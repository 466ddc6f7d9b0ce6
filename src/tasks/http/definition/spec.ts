import type { JsonTemplate, JsonTextTemplate, TextTemplate } from "../../../template/template.ts";

/** An `http` part, checked and compiled. A type, not an interface: it is stored as JSON. */
export type HttpSpec = {
  /** `http(s)://HOST[:PORT]`: the definition's own text and variables of the environment, nothing else. */
  readonly origin: TextTemplate;
  /** Path and query. */
  readonly target: TextTemplate;
  /** Inputs and results may fill the origin too. */
  readonly openOrigin?: true;
  readonly method: string;
  /** `Content-Type` included. */
  readonly headers: HttpHeader[];
  readonly body?: HttpBody;
  /** Those that mean success; absent: all below 400. */
  readonly statusCodes?: number[];
  readonly connectTimeoutMs?: number;
  readonly responseTimeoutMs?: number;
};

export type HttpHeader = { readonly name: string; readonly value: TextTemplate };

export type HttpBody =
  | { readonly kind: "text"; readonly text: TextTemplate | JsonTextTemplate }
  /** As earlier programs compiled JSON: nothing makes it now, but jobs run the model that they were started with. */
  | { readonly kind: "json"; readonly json: JsonTemplate }
  /** Sent as the content type says: urlencoded, or multipart. */
  | { readonly kind: "form"; readonly fields: FormField[] };

/** Earlier programs compiled names to plain texts. */
export type FormField = { readonly name: TextTemplate | string; readonly value: TextTemplate };
