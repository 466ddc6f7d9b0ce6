import { startProduct } from "../processes/product.ts";
import { openSite } from "../processes/site.ts";
import type { MeasuredStore } from "../stores/measured-store.ts";
import type { Children } from "./children.ts";

/** From spawning the built standalone to its first answer, ms, each on a store that exists; the first start, which fills the cache of compiled code, is not counted. */
export async function measureColdStarts(store: MeasuredStore, children: Children, times: number): Promise<number[]> {
  await using empty = await store.empty();
  await using site = await openSite(children.receiverPort, empty.settings);
  const figures: number[] = [];
  for (let start = 0; start <= times; start += 1) {
    await using product = await startProduct(site, "standalone");
    if (start > 0) figures.push(product.readyAfterMs);
  }
  return figures;
}
