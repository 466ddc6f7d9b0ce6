/** Tells which methods a path would take, for `Allow`: the routes register themselves as they are added. */
export class AllowedMethods {
  readonly #routes: { readonly parts: readonly string[]; readonly methods: Set<string> }[] = [];

  /** `pattern` as Fastify knows it: `/api/v1/jobs/:id`. */
  add(pattern: string, methods: readonly string[]): void {
    const parts = pattern.split("/");
    const known = this.#routes.find((route) => route.parts.join("/") === pattern);
    if (known === undefined) this.#routes.push({ parts, methods: new Set(methods) });
    else for (const method of methods) known.methods.add(method);
  }

  /** Empty where there is no such path. */
  of(url: string): string[] {
    const parts = (url.split(/[?#]/, 1)[0] ?? "").split("/");
    return this.#routes
      .filter((route) => route.parts.length === parts.length && route.parts.every((part, at) => fits(part, parts[at])))
      .flatMap((route) => [...route.methods])
      .sort();
  }
}

function fits(pattern: string, part: string | undefined): boolean {
  return pattern.startsWith(":") || pattern === part;
}
