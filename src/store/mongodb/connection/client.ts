import { MongoClient, type MongoClientOptions } from "mongodb";
import type { Address } from "./address.ts";
import type { MongoSettings } from "./settings.ts";

/**
 * What the promises rest on, whatever an address says: acknowledged means a majority has it in its journal, reads ask the
 * primary, and no write is repeated behind our back (`outcome/retry.ts` does it, with the outcome resolved by reading).
 */
const fixed = {
  writeConcern: { w: "majority", journal: true },
  readConcern: { level: "local" },
  readPreference: "primary",
  retryWrites: false,
} as const satisfies MongoClientOptions;

/** Parts of the concerns above, which the driver would take from an address before it looks at ours. */
const partsOfConcerns = ["w", "journal", "wtimeoutms", "readconcernlevel"];

/**
 * In ms. A server that dies or steps down is noticed at once, by the operations that it fails; a frozen one by looks at it. Measured with
 * three members and a stopped primary, writes went on after 12-18 s with looks each second, after 21-23 s with one every two. They are
 * polled: the driver's streaming protocol costs two commands a look, and writes went on no sooner (17-22 s).
 */
const unlessInAddress = {
  appName: "workflows",
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 2_000,
  heartbeatFrequencyMS: 1_000,
  serverMonitoringMode: "poll",
} as const satisfies MongoClientOptions;

/** A client that has not connected yet. Throws the driver's errors about the address. */
export function createClient(settings: MongoSettings, address: Address): MongoClient {
  const { url, tls, tlsSkipVerify, username, password } = settings;
  const ours = Object.fromEntries(Object.entries(unlessInAddress).filter(([option]) => !address.has(option)));
  const login = username !== undefined || password !== undefined;
  return new MongoClient(withoutOptions(url, partsOfConcerns), {
    ...ours,
    ...fixed,
    ...(tls && { tls }),
    ...(tlsSkipVerify && { tlsAllowInvalidCertificates: true, tlsAllowInvalidHostnames: true }),
    ...(login && {
      auth: {
        ...(address.user !== undefined && { username: address.user }),
        ...(password !== undefined && { password }),
      },
    }),
  });
}

function withoutOptions(url: string, names: readonly string[]): string {
  const start = url.indexOf("?") + 1;
  if (start === 0) return url;
  const options = url.slice(start).split("&");
  const kept = options.filter((option) => !names.includes(option.replace(/=.*$/s, "").toLowerCase()));
  return `${url.slice(0, start)}${kept.join("&")}`;
}
