import { closest } from "../../model/closest.ts";

interface Route {
  readonly pattern: string;
  readonly parts: readonly string[];
  readonly methods: Set<string>;
  /** Routes that stand for some of the same paths by name, where this one takes any: `/jobs/counts` for `/jobs/:id`. */
  readonly narrower: Route[];
}

/** Tells which methods a path would take, for `Allow`: the routes register themselves as they are added. */
export class AllowedMethods {
  readonly #routes = new Map<string, Route>();

  /** `pattern` as Fastify knows it: `/api/v1/jobs/:id`. */
  add(pattern: string, methods: readonly string[]): void {
    const known = this.#routes.get(pattern);
    if (known !== undefined) {
      for (const method of methods) known.methods.add(method);
      return;
    }
    const added: Route = { pattern, parts: pattern.split("/"), methods: new Set(methods), narrower: [] };
    for (const route of this.#routes.values()) {
      if (isNarrower(added, route)) route.narrower.push(added);
      if (isNarrower(route, added)) added.narrower.push(route);
    }
    this.#routes.set(pattern, added);
  }

  /** Of the route that names most of the path. Empty where there is no such path. */
  of(url: string): string[] {
    const parts = partsOf(url);
    const fitting = [...this.#routes.values()].filter((route) => fits(route, parts));
    const narrowest = fitting.find(({ narrower }) => !narrower.some((route) => fits(route, parts)));
    return [...(narrowest?.methods ?? [])].sort();
  }

  /** What a path that does not exist was probably meant to be, with one of its names misspelt: `/api/v1/jobs/:id/cancel`. */
  meant(url: string): string | undefined {
    const parts = partsOf(url);
    for (const at of parts.keys()) {
      const patterns = new Map<string, string>();
      for (const route of this.#routes.values()) {
        const name = route.parts[at] ?? "";
        const isNarrowest = !route.narrower.some((narrower) => fits(narrower, parts.with(at, name)));
        if (!takesAny(name) && fits(route, parts.with(at, name)) && isNarrowest) patterns.set(name, route.pattern);
      }
      const name = closest(parts[at] ?? "", patterns.keys());
      if (name !== undefined) return patterns.get(name);
    }
    return undefined;
  }

  /** The path is one that another route names, which does not take the method: a router would take its last part for an id. */
  isMistaken(pattern: string | undefined, url: string): boolean {
    const narrower = pattern === undefined ? undefined : this.#routes.get(pattern)?.narrower;
    if (narrower === undefined || narrower.length === 0) return false;
    const parts = partsOf(url);
    return narrower.some((route) => fits(route, parts));
  }
}

function partsOf(url: string): string[] {
  return (url.split(/[?#]/, 1)[0] ?? "").split("/");
}

function fits({ parts }: Route, given: readonly string[]): boolean {
  return parts.length === given.length && parts.every((part, at) => takesAny(part) || part === given[at]);
}

/** Every path of the one is a path of the other, which has more. */
function isNarrower({ parts }: Route, other: Route): boolean {
  return (
    parts.length === other.parts.length &&
    parts.every((part, at) => takesAny(other.parts[at] ?? "") || part === other.parts[at]) &&
    parts.some((part, at) => !takesAny(part) && takesAny(other.parts[at] ?? ""))
  );
}

function takesAny(part: string): boolean {
  return part.startsWith(":");
}
