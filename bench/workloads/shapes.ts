import { hasUnfinished, type Product, startProduct } from "../processes/product.ts";
import { type OtherWorkflow, openSite, type Settings } from "../processes/site.ts";
import type { EmptyStore, MeasuredStore } from "../stores/measured-store.ts";
import type { Children } from "./children.ts";
import { type Contender, runOverHttp } from "./contender.ts";

/** The product as processes on one store. */
export interface Fleet extends AsyncDisposable {
  /** Has the API. */
  readonly first: Product;
  readonly workers: readonly Product[];
  readonly store: EmptyStore;
}

/** One process, or a server with so many workers. */
export type Shape = "standalone" | { readonly workers: number };

/** What throughput and latency between processes are measured with. */
export const fleet: Shape = { workers: 2 };

/** Starts the product on an empty store of its own. */
export async function startFleet(
  store: MeasuredStore,
  children: Children,
  shape: Shape,
  more: Settings = {},
  others: readonly OtherWorkflow[] = [],
): Promise<Fleet> {
  await using started = new AsyncDisposableStack();
  const empty = started.use(await store.empty());
  const site = started.use(await openSite(children.receiverPort, { ...empty.settings, ...more }, others));
  const first = started.use(await startProduct(site, shape === "standalone" ? shape : "server"));
  const workers = [];
  for (let number = shape === "standalone" ? 0 : shape.workers; number > 0; number -= 1)
    workers.push(started.use(await startProduct(site, "worker")));
  const kept = started.move();
  return { first, workers, store: empty, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

export async function startContender(store: MeasuredStore, children: Children, shape: Shape): Promise<Contender> {
  const { first, workers, store: own, ...rest } = await startFleet(store, children, shape);
  const processes = shape === "standalone" ? { standalone: [first.pid] } : { server: [first.pid] };
  const ofWorkers = workers.length > 0 ? { workers: workers.map(({ pid }) => pid) } : {};
  return {
    name: shape === "standalone" ? "standalone" : `server + ${shape.workers} workers`,
    roles: { ...processes, ...ofWorkers, ...store.roles },
    run: (load) => runOverHttp(children, first.port, load, () => hasUnfinished(first.port)),
    ...(own.bytesPerJob !== undefined && { bytesPerJob: own.bytesPerJob }),
    [Symbol.asyncDispose]: rest[Symbol.asyncDispose],
  };
}
