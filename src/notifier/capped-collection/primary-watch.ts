import type { MongoClient, TopologyDescription, TopologyDescriptionChangedEvent } from "mongodb";

/**
 * Tells when the primary of a replica set is no longer the same, as soon as the driver knows: a cursor on the former one may live on
 * there, hears what is replicated as long as that member is well, and nothing tells when it no longer is. A primary that merely does
 * not answer is no news yet. Answers what ends the watch.
 */
export function watchPrimary(client: MongoClient, changed: () => void): () => void {
  let known: string | undefined;
  const look = ({ previousDescription, newDescription }: TopologyDescriptionChangedEvent): void => {
    known = primaryOf(previousDescription) ?? known;
    if (known === undefined) return;
    const primary = primaryOf(newDescription);
    const present = primary === undefined && newDescription.servers.get(known)?.type === "Unknown" ? known : primary;
    if (present === known) return;
    known = present;
    changed();
  };
  client.on("topologyDescriptionChanged", look);
  return () => void client.off("topologyDescriptionChanged", look);
}

function primaryOf({ servers }: TopologyDescription): string | undefined {
  for (const { type, address } of servers.values()) if (type === "RSPrimary") return address;
  return undefined;
}
