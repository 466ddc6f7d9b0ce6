import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { ConnectionOptions } from "node:tls";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { SmtpFailure } from "../failure.ts";
import { type Login, type SmtpSettings, serverOf } from "../settings.ts";
import { connect, isImplicit } from "./connect.ts";
import { failureOf, oneLine, refusalOf } from "./replies.ts";

/** Who sends a mail to whom, as the server is told. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** What the client notes in the envelope that it is given. */
interface NotedEnvelope extends SMTPConnection.Envelope {
  rejectedErrors?: SMTPConnection.SMTPError[];
}

type Client = InstanceType<typeof SMTPConnection>;
type Done<T> = (error: SMTPConnection.SMTPError | null | undefined, value: T) => void;

const ignore = (): void => undefined;

/** A connection to the server, logged in where that is wanted. Mails are sent on it one after the other. */
export class Session {
  /** Sent on it so far. */
  mails = 0;
  /** Of the last mail: its text was sent, in part at least, so that the server may have taken it. */
  begun = false;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #where: string;
  #over = false;
  /** The server waits for a text that does not come: whatever is sent now would be part of it. */
  #inText = false;
  #lost: (error: Error) => void = ignore;

  private constructor(client: Client, socket: Socket, where: string) {
    this.#client = client;
    this.#socket = socket;
    this.#where = where;
    const lost = (error: Error): void => {
      this.#over = true;
      this.#lost(error);
    };
    client.on("error", lost);
    client.on("end", () => lost(new Error("the server closed it")));
  }

  /** Connects, encrypts and logs in. Rejects with `SmtpFailure`; with the signal's reason where that came first. */
  static async open(settings: SmtpSettings, trust: ConnectionOptions, signal: AbortSignal): Promise<Session> {
    const { default: Connection } = await import("nodemailer/lib/smtp-connection");
    const socket = await connect(settings, trust, signal);
    socket.on("error", ignore); // the client tells of it
    const encrypted = isImplicit(settings);
    const client = new Connection({
      connection: socket,
      host: settings.host,
      port: settings.port,
      secure: encrypted,
      secured: encrypted,
      ignoreTLS: settings.encryption === "off",
      requireTLS: settings.encryption === "starttls",
      tls: trust,
      greetingTimeout: settings.responseTimeoutMs,
      socketTimeout: settings.responseTimeoutMs,
    });
    const session = new Session(client, socket, `the mail server ${serverOf(settings)}`);
    await session.#step<void>(signal, (done) => client.connect((error) => done(error, undefined)));
    if (settings.login !== undefined) await session.#logIn(settings.login, settings, signal);
    return session;
  }

  /** Whether a mail can be sent on it. */
  get usable(): boolean {
    return !this.#over;
  }

  /** Sends a mail to all of the recipients or to none; answers what the server said when it took it. Rejects as `open` does; then the session is over. */
  async send({ from, to }: Envelope, message: Buffer, signal: AbortSignal): Promise<string> {
    this.begun = false;
    this.mails += 1;
    const envelope: NotedEnvelope = { from, to: [...to], size: message.length };
    // Read when all recipients were answered, and the server waits for the text.
    const source = new Readable({
      read: () => {
        const refused = envelope.rejectedErrors ?? [];
        this.#inText = refused.length > 0;
        // Without its end a mail is not taken (RFC 5321 section 4.1.1.4).
        if (this.#inText) {
          this.#lost(refusalOf(refused, to.length, this.#where));
          return;
        }
        this.begun = true;
        source.push(message);
        source.push(null);
      },
    });
    const { response } = await this.#step<SMTPConnection.SentMessageInfo>(signal, (done) =>
      this.#client.send(envelope, source, (error, info) => {
        const refused = envelope.rejectedErrors ?? [];
        if (error !== null && error !== undefined && refused.length === to.length)
          this.#lost(refusalOf(refused, to.length, this.#where));
        else done(error, info);
      }),
    );
    return oneLine(response);
  }

  /** Takes leave of the server; its answer keeps no process. */
  quit(): void {
    if (this.#over) return;
    this.#over = true;
    this.#client.quit();
    this.#socket.unref();
  }

  /** Ends it at once. */
  destroy(): void {
    this.#over = true;
    this.#client.close();
    this.#socket.destroy();
  }

  /** A password goes over the network encrypted, unless the installation says otherwise; within the machine as it is. */
  async #logIn(login: Login, { insecureLogin }: SmtpSettings, signal: AbortSignal): Promise<void> {
    const { username, password, mechanism } = login;
    if (!mayLogIn(this.#client.secure, this.#socket.remoteAddress, insecureLogin)) {
      this.quit();
      throw new SmtpFailure(
        "login_insecure",
        `${this.#where} offers no encryption, so the password is not sent: use smtp_tls, or allow it by "smtp_insecure_login: true"`,
      );
    }
    const credentials = {
      credentials: { user: username, pass: password },
      ...(mechanism !== undefined && { method: mechanism }),
    };
    await this.#step<unknown>(signal, (done) => this.#client.login(credentials, (error) => done(error, undefined)));
  }

  async #step<T>(signal: AbortSignal, begin: (done: Done<T>) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const abort = (): void => reject(signal.reason as Error);
    this.#lost = reject;
    signal.addEventListener("abort", abort);
    try {
      if (signal.aborted) abort();
      else if (this.#over) reject(new Error("the server closed it"));
      else begin((error, value) => (error === null || error === undefined ? resolve(value) : reject(error)));
      return await promise;
    } catch (error) {
      const failure = this.#failureOf(error, signal);
      if (failure instanceof SmtpFailure && failure.details.reply !== undefined && !this.#inText) this.quit();
      else this.destroy();
      throw failure;
    } finally {
      this.#lost = ignore;
      signal.removeEventListener("abort", abort);
    }
  }

  /** What has ended a step; the signal's reason where that did. */
  #failureOf(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof SmtpFailure) return error;
    return failureOf(error as SMTPConnection.SMTPError, this.#where, this.#client.upgrading === true);
  }
}

/** Whether a password may go to the server at this address. */
export function mayLogIn(encrypted: boolean, address: string | undefined, insecureLogin: boolean): boolean {
  return encrypted || insecureLogin || (address !== undefined && /^(?:::ffff:)?127\.|^::1$/i.test(address));
}
