import { openSite, startProduct } from "./product.ts";

/** From spawning the built standalone to its first answer, ms, each on a store that exists; the first start, which fills the cache of compiled code, is not counted. */
export async function measureColdStarts(receiverPort: number, times: number): Promise<number[]> {
  await using site = await openSite(receiverPort);
  const figures: number[] = [];
  for (let start = 0; start <= times; start += 1) {
    await using product = await startProduct(site, "standalone");
    if (start > 0) figures.push(product.readyAfterMs);
  }
  return figures;
}
