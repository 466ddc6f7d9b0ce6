import { once } from "node:events";
import type { Socket } from "node:net";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import { certificate, key } from "../tls/certificate.ts";
import { type ReadMail, readMail } from "./read-mail.ts";

export interface ReceivedMail extends ReadMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** Of the connection on which it came. */
  readonly session: string;
  readonly encrypted: boolean;
  readonly user?: string;
}

/** What the server says instead of "accepted"; `hang`: nothing at all. */
export type Said = { readonly code: number; readonly text: string } | "hang";

export interface MailServerOptions {
  /** Default: none. */
  readonly encryption?: "none" | "starttls" | "implicit";
  /** Default: nobody needs to log in. */
  readonly login?: {
    readonly username: string;
    readonly password: string;
    readonly mechanisms: readonly ("PLAIN" | "LOGIN" | "CRAM-MD5")[];
    /** Instead of taking it. */
    readonly said?: Said;
  };
  readonly recipient?: (address: string) => Said | undefined;
  readonly mail?: (raw: string) => Said | undefined;
  /** Default: a free one. */
  readonly port?: number;
  /** Largest mail, in bytes. */
  readonly size?: number;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** Those that it took. */
  readonly mails: readonly ReceivedMail[];
  /** Mechanisms by which clients logged in. */
  readonly logins: readonly string[];
  /** Connections that are open. */
  open(): number;
  /** Ends all connections without a word. */
  drop(): void;
}

/** A real mail server in this process. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { encryption = "none", login } = options;
  const mails: ReceivedMail[] = [];
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    key,
    cert: certificate,
    secure: encryption === "implicit",
    disabledCommands: [...(encryption === "none" ? ["STARTTLS"] : []), ...(login === undefined ? ["AUTH"] : [])],
    authOptional: login === undefined,
    authMethods: [...(login?.mechanisms ?? [])],
    allowInsecureAuth: encryption === "none",
    disableReverseLookup: true,
    closeTimeout: 10,
    ...(options.size !== undefined && { size: options.size }),
    onAuth(auth, _session, callback) {
      logins.push(auth.method);
      const { username = "", password = "" } = login ?? {};
      const right =
        auth.username === username &&
        (auth.method === "CRAM-MD5" ? auth.validatePassword(password) : auth.password === password);
      if (login?.said !== undefined) answer(login.said, callback);
      else if (right) callback(null, { user: auth.username });
      else answer({ code: 535, text: "wrong user or password" }, callback);
    },
    onRcptTo({ address }, _session, callback) {
      answer(options.recipient?.(address), callback);
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("latin1");
        const said = options.mail?.(raw);
        if (said === undefined) mails.push(received(session, raw));
        answer(said, callback);
      });
    },
  });
  server.on("error", () => undefined); // of one connection: its client tells
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  let ended: Promise<unknown> | undefined;
  const end = (): Promise<unknown> => {
    const closed = once(server.server, "close");
    server.close();
    drop();
    return closed;
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    mails,
    logins,
    open: () => sockets.size,
    drop,
    async [Symbol.asyncDispose]() {
      ended ??= end();
      await ended;
    },
  };
}

type Callback = (error?: (Error & { responseCode?: number }) | null) => void;

function answer(said: Said | undefined, callback: Callback): void {
  if (said === "hang") return;
  callback(said === undefined ? null : Object.assign(new Error(said.text), { responseCode: said.code }));
}

function received(session: SMTPServerSession, raw: string): ReceivedMail {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    ...readMail(raw),
    from: mailFrom === false ? "" : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw,
    session: session.id,
    encrypted: session.secure,
    ...(session.user !== undefined && { user: session.user }),
  };
}
