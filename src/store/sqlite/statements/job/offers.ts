import { newestFormat } from "../../../../model/job/format.ts";
import type { Prepare } from "../../database/database.ts";
import type { OfferColumns, OfferedAsk } from "../../protocol.ts";

export interface Offers {
  /** All that a new job offers. */
  add(seq: number, offers: readonly OfferColumns[]): void;
  /** Instead of what the job offered. */
  replace(seq: number, offers: readonly OfferColumns[]): void;
  offered(ask: OfferedAsk): string[];
}

/** What jobs offer to workers from outside: a row for each job and queue. */
export function prepareOffers(prepare: Prepare): Offers {
  const insert = prepare("INSERT INTO offers (queue, at, job) VALUES (?, ?, ?)");
  const clear = prepare("DELETE FROM offers WHERE job = ?");
  const offered = prepare(
    `SELECT jobs.id FROM offers CROSS JOIN jobs ON jobs.seq = offers.job
     WHERE queue = ? AND at <= ? AND format <= ${newestFormat} ORDER BY at LIMIT ?`,
  );

  function add(seq: number, offers: readonly OfferColumns[]): void {
    for (const [queue, at] of offers) insert.run(queue, at, seq);
  }

  return {
    add,
    replace(seq, offers) {
      clear.run(seq);
      add(seq, offers);
    },
    offered: ({ queue, nowMs, limit }) => offered.all<[string]>(queue, nowMs, limit).map(([id]) => id),
  };
}
