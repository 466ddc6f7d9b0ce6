import type { Definition, Workflow, WorkflowSummary } from "./api/answers.ts";
import type { Operations } from "./api/operations.ts";
import { answerWith } from "./http/answer.ts";
import type { Connection } from "./http/connection.ts";
import type { CallOptions } from "./jobs.ts";
import { checkOptions, onlySignal } from "./known-options.ts";

/** A version that was added, with what is allowed in it but probably not meant. */
export type AddedDefinition = Operations["addDefinition"]["answer"];

/** What jobs run: workflows and the definitions of their versions. */
export class Definitions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The newest version of each, by name. */
  async list(options: CallOptions = {}): Promise<readonly WorkflowSummary[]> {
    type Answer = Operations["listWorkflows"]["answer"];
    return (await this.#connection.read<Answer>(["workflows"], ["workflows"], {}, options)).workflows;
  }

  /** One workflow, with all of its versions. */
  get(name: string, options: CallOptions = {}): Promise<Workflow> {
    return this.#connection.read<Workflow>(["workflows", name], ["name", "versions"], {}, options);
  }

  /** The document of one version, as it was read or posted. */
  definition(name: string, version: number, options: CallOptions = {}): Promise<Definition> {
    const query = { version: String(version) };
    return this.#connection.read<Definition>(["workflows", name], ["name", "version", "definition"], query, options);
  }

  /**
   * Adds a new version: the document as an object, or as a text of JSON or YAML. A version that is there already is refused (`workflow_exists`), so this is
   * not sent again where its answer was lost.
   */
  async put(document: object | string, options: CallOptions = {}): Promise<AddedDefinition> {
    checkOptions("put", options, onlySignal);
    const { signal } = options;
    const isText = typeof document === "string";
    const reply = await this.#connection.send({
      method: "POST",
      path: ["metadata", "workflows"],
      body: document,
      // JSON is YAML, so that a text need not be looked at here.
      ...(isText && { headers: { "content-type": "application/yaml" } }),
      signal,
      repeat: "when_refused",
    });
    return answerWith<AddedDefinition>(reply, ["name", "version"]);
  }
}
