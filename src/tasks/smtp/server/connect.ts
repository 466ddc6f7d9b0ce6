import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectEncrypted } from "node:tls";
import { reasonOf } from "../../attempt-failure.ts";
import { type FailureCode, SmtpFailure } from "../failure.ts";
import { type SmtpSettings, serverOf } from "../settings.ts";

/** Whether the connection is encrypted from its first byte on. */
export function isImplicit({ encryption, port }: Pick<SmtpSettings, "encryption" | "port">): boolean {
  return encryption === "implicit" || (encryption === "auto" && port === 465);
}

/** Opens a connection to the server, encrypted where it is to be so from the first byte on. Rejects with `SmtpFailure`; with the signal's reason where that came first. */
export async function connect(settings: SmtpSettings, trust: ConnectionOptions, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const { host, port, connectTimeoutMs } = settings;
  const encrypted = isImplicit(settings);
  const socket = encrypted ? connectEncrypted({ ...trust, host, port }) : connectPlain({ host, port });
  let reached = false;
  socket.once("connect", () => {
    reached = true;
  });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const where = `${serverOf(settings)} (smtp_host)`;
  const fail = (error: Error & { code?: string }): void => reject(connectFailure(error, where, reached));
  const abort = (): void => reject(signal.reason as Error);
  const timer = setTimeout(() => {
    reject(new SmtpFailure("connect_timeout", `no connection to ${where} within ${connectTimeoutMs / 1000} s`));
  }, connectTimeoutMs);
  socket.once(encrypted ? "secureConnect" : "connect", () => resolve(socket));
  socket.once("error", fail);
  signal.addEventListener("abort", abort);
  try {
    return await promise;
  } catch (error) {
    socket.on("error", () => undefined); // what the end of it brings
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    socket.off("error", fail);
  }
}

function connectFailure(error: Error & { code?: string }, where: string, reached: boolean): SmtpFailure {
  const [code, what] = whatFailed(error.code, reached);
  return new SmtpFailure(code, `${what} ${where}: ${reasonOf(error)}`);
}

function whatFailed(code: string | undefined, reached: boolean): [FailureCode, string] {
  if (reached) return ["tls_failed", "no TLS with"];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return ["dns_failed", "no address of"];
  return ["connect_failed", "no connection to"];
}
