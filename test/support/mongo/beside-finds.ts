import type { Collection, Document, Filter, FindCursor, FindOptions } from "mongodb";

/** What others do right before a find is asked, or between its answer and the next step of who asked. */
export interface Beside {
  readonly before?: () => Promise<void>;
  readonly after?: () => Promise<void>;
}

/** The collection, with something that happens beside those of its finds that are meant. */
export function besideFinds<T extends Document>(
  collection: Collection<T>,
  isMeant: (filter: Document) => boolean,
  { before, after }: Beside,
): Collection<T> {
  const find = (filter: Filter<T>, options?: FindOptions): Pick<FindCursor, "toArray"> => {
    const cursor = collection.find(filter, options);
    const withOthers = async (): Promise<Document[]> => {
      await before?.();
      const found = await cursor.toArray();
      await after?.();
      return found;
    };
    return isMeant(filter) ? { toArray: withOthers } : cursor;
  };
  return new Proxy(collection, {
    get(target, name) {
      if (name === "find") return find;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}
