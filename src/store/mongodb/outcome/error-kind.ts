import { MongoError, MongoServerError } from "mongodb";

/**
 * What an error says of the write that met it. `unknown`: it may have been applied, or will be, or not; asking again tells.
 * `final`: the server looked at it and said no, and will again.
 */
export type ErrorKind = "unknown" | "final";

/**
 * Codes with which a server that stops, steps down or lags answers. The outcome is unknown with all of them, whether or not the write
 * was applied before. WriteConcernTimeout 64, PrimarySteppedDown 189, ShutdownInProgress 91, NotWritablePrimary 10107,
 * InterruptedAtShutdown 11600, InterruptedDueToReplStateChange 11602, NotPrimaryNoSecondaryOk 13435, NotPrimaryOrSecondary 13436,
 * HostUnreachable 6, HostNotFound 7, NetworkTimeout 89, SocketException 9001, ExceededTimeLimit 262, MaxTimeMSExpired 50,
 * WriteConflict 112, LockTimeout 24, ReadConcernMajorityNotAvailableYet 134, FailedToSatisfyReadPreference 133, StaleConfig 13388,
 * UnsatisfiableWriteConcern 100 (majority lost for now), TemporarilyUnavailable 365 (no room in the cache).
 */
const passingCodes: ReadonlySet<number> = new Set([
  6, 7, 24, 50, 64, 89, 91, 100, 112, 133, 134, 189, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436, 365,
]);

export function kindOf(error: unknown): ErrorKind {
  if (!(error instanceof MongoError)) return "final";
  if (!(error instanceof MongoServerError)) return isAboutTheCall(error) ? "final" : "unknown";
  return passingCodes.has(Number(error.code)) ? "unknown" : "final";
}

/** Errors that the driver raises before anything is sent, because of what it was asked. */
function isAboutTheCall(error: MongoError): boolean {
  return /Argument|Invalid|Compatibility|MissingDependency|Parse|Config/.test(error.name);
}
