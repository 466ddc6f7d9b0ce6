import type { Workflow } from "../../model/workflow.ts";
import type { DefinitionStore, StoredDefinition } from "../store.ts";
import type { Collections } from "./collections.ts";
import { budgets, untilAnswered } from "./outcome/retry.ts";
import { writeCommand } from "./outcome/write-command.ts";

export function definitionStore(collections: Collections): DefinitionStore {
  const { definitions } = collections;
  return {
    put: (stored) => put(collections, stored),
    async get(digest): Promise<Workflow | undefined> {
      const found = await untilAnswered(budgets.read, () =>
        definitions.findOne({ _id: digest }, { projection: { model: 1 } }),
      );
      return found === null ? undefined : (JSON.parse(found.model) as Workflow);
    },
    async version(name, version): Promise<Workflow | undefined> {
      const found = await untilAnswered(budgets.read, () =>
        definitions.findOne({ name, version }, { sort: { seq: -1 }, projection: { model: 1 } }),
      );
      return found === null ? undefined : (JSON.parse(found.model) as Workflow);
    },
    async latest(): Promise<Workflow[]> {
      const newest = [
        { $sort: { name: 1, version: -1, seq: -1 } },
        { $group: { _id: "$name", model: { $first: "$model" } } },
        { $sort: { _id: 1 } },
      ];
      const found = await untilAnswered(budgets.read, () =>
        definitions.aggregate<{ readonly model: string }>(newest).toArray(),
      );
      return found.map(({ model }) => JSON.parse(model) as Workflow);
    },
  };
}

async function put({ db, names, definitions }: Collections, stored: readonly StoredDefinition[]): Promise<void> {
  if (stored.length === 0) return;
  await untilAnswered(budgets.write, async () => {
    const last = await definitions.findOne({}, { sort: { seq: -1 }, projection: { seq: 1 } });
    const first = (last?.seq ?? 0) + 1;
    const updates = stored.map(({ workflow, source }, index) => ({
      q: { _id: workflow.digest },
      u: {
        $setOnInsert: {
          name: workflow.name,
          version: workflow.version,
          seq: first + index,
          model: JSON.stringify(workflow),
          source: JSON.stringify(source),
        },
      },
      upsert: true,
    }));
    const { errors } = await writeCommand(db, { update: names.definitions, updates, ordered: false });
    const [error] = errors.filter(({ code }) => code !== 11000); // another process stored it at the same moment
    if (error !== undefined) throw new Error(`A definition could not be stored: ${error.message}`);
  });
}
