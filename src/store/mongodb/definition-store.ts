import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { StoreUnavailable } from "../../model/errors.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Workflow } from "../../model/workflow.ts";
import { definitionTexts } from "../definition-texts.ts";
import type { DefinitionDocument, DefinitionStore, DefinitionVersion, StoredDefinition } from "../store.ts";
import type { Collections, DefinitionDocument as Stored } from "./collections.ts";
import { budgets, untilAnswered } from "./outcome/retry.ts";
import { writeCommand } from "./outcome/write-command.ts";

const duplicateKey = 11000;

/** How soon a definition that somebody else is storing right now is looked at again, and how often. */
const unconfirmedPauseMs = 10;
const looksAtMost = 500;

/** `DefinitionStore.versions` */
const versionsAtMost = 1000;

export function definitionStore(collections: Collections): DefinitionStore {
  const { definitions } = collections;
  return {
    async put(stored): Promise<void> {
      for (const document of stored.map(documentOf)) await add(collections, document);
    },
    add: async (definition) => add(collections, documentOf(definition)),
    async get(digest): Promise<Workflow | undefined> {
      const found = await untilAnswered(budgets.read, () =>
        definitions.findOne({ _id: digest }, { projection: { model: 1 } }),
      );
      return modelOf(found);
    },
    async version(name, version): Promise<Workflow | undefined> {
      const found = await untilAnswered(budgets.read, () =>
        definitions.findOne({ name, version }, { sort: { seq: -1 }, projection: { model: 1 } }),
      );
      return modelOf(found);
    },
    async newest(name): Promise<Workflow | undefined> {
      const found = await untilAnswered(budgets.read, () =>
        definitions.findOne({ name }, { sort: { version: -1, seq: -1 }, projection: { model: 1 } }),
      );
      return modelOf(found);
    },
    async latest(): Promise<Workflow[]> {
      const found = await newestOfEach(collections, { model: { $first: "$model" } });
      return found.map(({ model }) => JSON.parse(model) as Workflow);
    },
    async documents(): Promise<DefinitionDocument[]> {
      const found = await newestOfEach(collections, { version: { $first: "$version" }, source: { $first: "$source" } });
      return found.map(({ _id: name, version, source }) => ({
        name,
        version,
        source: JSON.parse(source) as JsonValue,
      }));
    },
    versions: (name) => untilAnswered(budgets.read, () => versionsOf(collections, name)),
    async document(name, version): Promise<DefinitionDocument | undefined> {
      const found = await untilAnswered(budgets.read, () =>
        definitions.findOne({ name, version }, { sort: { seq: -1 }, projection: { source: 1 } }),
      );
      return found === null ? undefined : { name, version, source: JSON.parse(found.source) as JsonValue };
    },
    versionCounts: () => untilAnswered(budgets.read, () => versionCounts(collections)),
    mark: () => untilAnswered(budgets.read, () => lastSeq(definitions)),
  };
}

function modelOf(found: Pick<Stored, "model"> | null): Workflow | undefined {
  return found === null ? undefined : (JSON.parse(found.model) as Workflow);
}

/** By name, which is the `_id`. */
function newestOfEach(
  { definitions }: Collections,
  fields: Readonly<Record<string, { readonly $first: string }>>,
): Promise<Stored[]> {
  const newest = [
    { $sort: { name: 1, version: -1, seq: -1 } },
    { $group: { _id: "$name", ...fields } },
    { $sort: { _id: 1 } },
  ];
  return untilAnswered(budgets.read, () => definitions.aggregate<Stored>(newest).toArray());
}

/** Programs of earlier versions could store two of one version. */
async function versionsOf({ definitions }: Collections, name: string): Promise<DefinitionVersion[]> {
  const found = await definitions
    .find({ name }, { sort: { version: -1, seq: -1 }, projection: { version: 1 }, limit: versionsAtMost })
    .toArray();
  return found
    .filter(({ version }, index) => found[index - 1]?.version !== version)
    .map(({ _id: digest, version }) => ({ version, digest }));
}

/** Reads the index key of each version that is stored, and no definition. */
async function versionCounts({ definitions }: Collections): Promise<Map<string, number>> {
  const stages = [
    { $match: { name: { $gte: "" } } },
    { $group: { _id: { name: "$name", version: "$version" } } },
    { $group: { _id: "$_id.name", versions: { $sum: 1 } } },
  ];
  const counted = await definitions
    .aggregate<{ readonly _id: string; readonly versions: number }>(stages, { hint: "newest" })
    .toArray();
  return new Map(counted.map((row) => [row._id, row.versions]));
}

async function lastSeq(definitions: Collections["definitions"]): Promise<number> {
  const last = await definitions.findOne({}, { sort: { seq: -1 }, projection: { seq: 1 } });
  return last?.seq ?? 0;
}

/** Of several processes that add one version at once, the unique index lets one through. An earlier try of ours is known by its token. */
async function add({ db, names, definitions }: Collections, document: Unnumbered): Promise<boolean> {
  const { name, version } = document;
  const added = randomBytes(12).toString("base64url");
  return untilAnswered(budgets.write, async () => {
    for (let looks = 0; looks < looksAtMost; looks++) {
      const confirmed = { readConcern: { level: "majority" }, projection: { added: 1 } } as const;
      const found = await definitions.findOne({ name, version }, confirmed);
      if (found !== null) return found.added === added;
      const documents = [{ ...document, seq: (await lastSeq(definitions)) + 1, added }];
      const { errors } = await writeCommand(db, { insert: names.definitions, documents });
      const [error] = errors;
      if (error === undefined) return true;
      if (error.code !== duplicateKey) throw new Error(`A definition could not be stored: ${error.message}`);
      await delay(unconfirmedPauseMs); // a majority has not confirmed it yet
    }
    throw new StoreUnavailable("No majority confirms a definition");
  });
}

type Unnumbered = Omit<Stored, "seq">;

/** Throws invalid_definition where it is too large. */
function documentOf(definition: StoredDefinition): Unnumbered {
  const { digest: _id, name, version } = definition.workflow;
  return { _id, name, version, ...definitionTexts(definition) };
}
