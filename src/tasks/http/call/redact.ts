import { masked, textHider } from "../../../model/redaction.ts";

const secretNames = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key)$|token|secret|password/i;

/** Takes what people must not see out of what is stored for them. */
export class Redactor {
  readonly #named: (name: string) => boolean;
  /** Hides secret values, wherever they stand. */
  readonly text: (text: string) => string;

  /** `named`: whether a header's name is secret, beside those that always are. `secrets`: values, wherever they stand. */
  constructor(named: (name: string) => boolean, secrets: readonly string[]) {
    this.#named = named;
    this.text = textHider(secrets);
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
