const legacyKeys = ["nats_stream_name", "nats_subscriber_topic", "nats_subscriber_durable"];

/** Keys of the Mender service's later versions that have no counterpart: accepted, so that their files work. */
export function isLegacyKey(plain: string): boolean {
  return legacyKeys.includes(plain) || /^nats\.(consumer|stream)(\.|$)/.test(plain);
}

export function legacyWarning(place: string, key: string): string {
  return `${place}: ${key} belongs to the message bus of Mender's service and has no effect here`;
}
