type Json = { readonly [key: string]: unknown };

/**
 * Moves each schema with a title to `#/components/schemas/`, where it stands once, and puts a reference in its place. Throws where two
 * different schemas have one title.
 */
export class Components {
  readonly schemas: Record<string, unknown> = {};

  /** The same value with references. Examples are data, and left as they are. */
  hoist(value: unknown, key = ""): unknown {
    if (key === "example" || key === "examples" || key === "default" || key === "enum") return value;
    if (Array.isArray(value)) return value.map((item) => this.hoist(item));
    if (typeof value !== "object" || value === null) return value;
    const { const: only, ...inside }: Record<string, unknown> = Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, this.hoist(member, name)]),
    );
    // Some places have been through a package that writes constants so; a schema reads the same everywhere.
    if (only !== undefined) inside["enum"] = [only];
    const { title } = inside;
    return typeof title === "string" && "type" in inside ? this.#referenceTo(title, inside) : inside;
  }

  /** What only the place says of a schema stays at the place; OpenAPI 3.1 allows that beside a reference. */
  #referenceTo(title: string, { description, headers, examples, ...schema }: Json): Json {
    const known = this.schemas[title];
    if (known === undefined) this.schemas[title] = schema;
    else if (JSON.stringify(known) !== JSON.stringify(schema))
      throw new TypeError(`Two different schemas are called ${title}`);
    const beside = Object.entries({ description, headers, examples }).filter(([, value]) => value !== undefined);
    return { $ref: `#/components/schemas/${title}`, ...Object.fromEntries(beside) };
  }
}
