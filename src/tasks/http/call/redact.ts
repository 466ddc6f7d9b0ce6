import { masked } from "../../../model/redaction.ts";

const secretNames = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key)$|token|secret|password/i;

/** Shorter ones would blot out half of every text. */
const minSecretLength = 4;

/** Takes what people must not see out of what is stored for them. */
export class Redactor {
  readonly #named: (name: string) => boolean;
  readonly #secrets: readonly string[];

  /** `named`: whether a header's name is secret, beside those that always are. `secrets`: values, wherever they stand. */
  constructor(named: (name: string) => boolean, secrets: readonly string[]) {
    this.#named = named;
    const forms = secrets.filter((secret) => secret.length >= minSecretLength).flatMap(formsOf);
    this.#secrets = [...new Set(forms)].sort((a, b) => b.length - a.length); // a secret may be part of another
  }

  text(text: string): string {
    let redacted = text;
    for (const secret of this.#secrets) redacted = redacted.replaceAll(secret, masked);
    return redacted;
  }

  header(name: string, value: string): string {
    return this.#isSecret(name) ? masked : this.text(value);
  }

  /** Values of query parameters with secret names go too. */
  uri(uri: string): string {
    const query = uri.indexOf("?");
    if (query < 0) return this.text(uri);
    const parameters = uri
      .slice(query)
      .replaceAll(/([?&])([^=&]*)=([^&]*)/g, (all, before: string, name: string) =>
        this.#isSecret(name) ? `${before}${name}=${masked}` : all,
      );
    return this.text(uri.slice(0, query) + parameters);
  }

  #isSecret(name: string): boolean {
    return secretNames.test(name) || this.#named(name);
  }
}

/** A value as it is, and as templates and bodies write it. */
function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret.toWellFormed()).replaceAll(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    percent,
    new URLSearchParams([["", secret]]).toString().slice(1),
    Buffer.from(secret).toString("latin1"), // in headers
    ...htmlForms(secret),
  ];
}

/** Both ways of writing the two quotes. */
function htmlForms(secret: string): string[] {
  const safe = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    safe.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    safe.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
  ];
}
