import { type SettingName, settingOf } from "./config.ts";

const legacyKeys = ["nats_subscriber_durable"];

/** Keys of the Mender service's later versions that mean what another setting does here. */
const renamedKeys: ReadonlyMap<string, SettingName> = new Map([["nats_subscriber_topic", "topics"]]);

export function nameOfRenamed(plain: string): SettingName | undefined {
  return renamedKeys.get(plain);
}

export function renamedWarning(place: string, key: string, name: SettingName): string {
  return `${place}: ${key} is taken as ${settingOf(name).key}, as it is called here`;
}

/** Keys of the Mender service's later versions that have no counterpart: accepted, so that their files work. */
export function isLegacyKey(plain: string): boolean {
  return legacyKeys.includes(plain) || /^nats[._](consumer|stream)([._]|$)/.test(plain);
}

export function legacyWarning(place: string, key: string): string {
  return `${place}: ${key} belongs to the message bus of Mender's service and has no effect here`;
}
