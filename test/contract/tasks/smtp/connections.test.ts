import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { defaultSmtpSettings } from "../../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../../src/tasks/smtp/smtp-kind.ts";
import { eventually } from "../../../support/eventually.ts";
import { startMailServer } from "../../../support/mail/mail-server.ts";
import { attemptContext } from "../../../support/worker/attempt-context.ts";
import { codeOf, sender, sendTo } from "./sending.ts";

/** A server that answers whatever it likes; the port it listens on. */
async function oddServer(serve: (socket: Socket, connection: number) => void): Promise<number> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket, ++connections);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Answers each line of the client with the reply for its command, and a text with the one for `.`; says nothing to what has none. */
function talk(socket: Socket, replies: Readonly<Record<string, string>>, said: string[] = []): void {
  let isText = false;
  let rest = "";
  socket.write("220 odd\r\n");
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const command = isText ? (line === "." ? "." : "") : (line.split(/[ :]/)[0] ?? "");
      if (command === "") continue;
      said.push(line);
      isText = command === "DATA" && replies["DATA"]?.startsWith("3") === true;
      const reply = replies[command];
      if (reply === "close") socket.end();
      else if (reply !== undefined) socket.write(`${reply}\r\n`);
    }
  });
}

const polite = {
  EHLO: "250 odd",
  MAIL: "250 ok",
  RCPT: "250 ok",
  DATA: "354 go on",
  ".": "250 taken",
  QUIT: "221 bye",
};

test("mails one after the other share a connection, up to its limit of mails", async () => {
  const { server, send } = await sender({}, { maxMailsPerConnection: 2 });
  for (let mail = 0; mail < 4; mail += 1) await send();
  const sessions = server.mails.map(({ session }) => session);
  expect(new Set(sessions).size).toBe(2);
  expect(sessions[0]).toBe(sessions[1]);
  expect(sessions[2]).toBe(sessions[3]);
});

test("no more connections are open than allowed, and every mail gets its turn", async () => {
  let most = 0;
  const { server, send } = await sender(
    {
      recipient: () => {
        most = Math.max(most, server.open());
        return undefined;
      },
    },
    { maxConnections: 2 },
  );
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => send()));
  expect(outcomes.map(codeOf)).toEqual(outcomes.map(() => "succeeded"));
  expect(server.mails).toHaveLength(12);
  expect(most).toBe(2);
});

test("a mail that waits for its turn is given up when its job is", async () => {
  const { server, send } = await sender({ recipient: () => "hang" }, { maxConnections: 1 });
  const controller = new AbortController();
  const first = send({}, { signal: controller.signal });
  await eventually("the first is being sent", () => server.open() === 1);
  const second = new AbortController();
  const waiting = send({}, { signal: second.signal });
  second.abort();
  expect((await waiting).kind).toBe("interrupted");
  controller.abort();
  expect((await first).kind).toBe("interrupted");
});

test("a turn that is given up is the next one's", async () => {
  let hang = true;
  const { server, send } = await sender({ recipient: () => (hang ? "hang" : undefined) }, { maxConnections: 1 });
  const controller = new AbortController();
  const first = send({}, { signal: controller.signal });
  await eventually("the first is being sent", () => server.open() === 1);
  const next = send();
  hang = false;
  controller.abort();
  expect((await first).kind).toBe("interrupted");
  expect(codeOf(await next)).toBe("succeeded");
});

test("a connection that nobody needs is closed in order", async () => {
  const said: string[] = [];
  const port = await oddServer((socket) => talk(socket, polite, said));
  expect(codeOf(await sendTo(port, { keepAliveMs: 50 })())).toBe("succeeded");
  await eventually("the client has taken leave", () => said.at(-1) === "QUIT");
});

test("a server that closes idle connections is no failure", async () => {
  const { server, send } = await sender();
  await send();
  server.drop();
  await eventually("the connection is gone", () => server.open() === 0);
  expect(codeOf(await send())).toBe("succeeded");
  expect(server.mails).toHaveLength(2);
});

test.for(["421 idle for too long", "close"])(
  "nor is one that ends a kept connection when it is used (%s)",
  async (reply) => {
    const port = await oddServer((socket, connection) => {
      const replies: Record<string, string> = { ...polite };
      talk(socket, replies);
      socket.on("data", (chunk) => {
        if (connection === 1 && String(chunk).includes("\r\n.\r\n")) replies["MAIL"] = reply;
      });
    });
    const send = sendTo(port);
    expect(codeOf(await send())).toBe("succeeded");
    expect(codeOf(await send())).toBe("succeeded");
  },
);

test("a mail whose text was sent is not sent again within the attempt, as it may have been taken", async () => {
  let texts = 0;
  const port = await oddServer((socket, connection) => {
    const replies: Record<string, string> = { ...polite };
    talk(socket, replies);
    socket.on("data", (chunk) => {
      if (!String(chunk).includes("\r\n.\r\n")) return;
      texts += 1;
      if (connection === 1) replies["."] = "close";
    });
  });
  const send = sendTo(port);
  expect(codeOf(await send())).toBe("succeeded");
  expect(await send()).toMatchObject({ kind: "failed", retryable: true, error: { code: "connection_lost" } });
  expect(texts).toBe(2);
});

test.for([
  ["says that it is not there for us", "554 go away\r\n", { retryable: false, error: { code: "refused" } }],
  ["says that it is busy", "421 too busy\r\n", { retryable: true, error: { code: "deferred" } }],
  [
    "speaks another language",
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    { retryable: true, error: { code: "reply_invalid" } },
  ],
] as const)("a server that %s", async ([, greeting, failure]) => {
  const port = await oddServer((socket) => socket.write(greeting));
  expect(await sendTo(port)()).toMatchObject({ kind: "failed", ...failure });
});

test("a server that does not greet is given up", async () => {
  const port = await oddServer(() => undefined);
  const outcome = await sendTo(port, { responseTimeoutMs: 200 })();
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "response_timeout" } });
});

test("a server that ends the connection without a word is tried again", async () => {
  const port = await oddServer((socket) => socket.end());
  const outcome = await sendTo(port)();
  expect(outcome).toMatchObject({ kind: "failed", retryable: true, error: { code: "connection_lost" } });
});

test("a server that refuses STARTTLS after offering it gets nothing in the clear", async () => {
  const said: string[] = [];
  const port = await oddServer((socket) =>
    talk(socket, { ...polite, EHLO: "250-odd\r\n250 STARTTLS", STARTTLS: "454 not now" }, said),
  );
  expect(await sendTo(port)()).toMatchObject({ kind: "failed", retryable: true });
  expect(said.some((line) => line.startsWith("MAIL"))).toBe(false);
});

test("what a server says is kept in one line, and not at length", async () => {
  const port = await oddServer((socket) =>
    talk(socket, { ...polite, MAIL: `550-first\r\n550 \u0007${"x".repeat(5000)}` }),
  );
  const outcome = await sendTo(port)();
  const { error } = outcome as Extract<typeof outcome, { kind: "failed" }>;
  expect(error.message).toMatch(/answered 550-first x+\.\.\. to MAIL FROM$/);
  expect(error.message.length).toBeLessThan(500);
});

test("a worker that stops ends its connections, and what is being sent is interrupted", async () => {
  await using server = await startMailServer({
    recipient: (address) => (address.startsWith("hang") ? "hang" : undefined),
  });
  const kind = createSmtpKind({ ...defaultSmtpSettings, host: "127.0.0.1", port: server.port }, 1024 * 1024);
  const mailTo = (address: string) => ({
    ...{ from: "fleet@example.com", cc: [], bcc: [], subject: "" },
    to: [{ kind: "list" as const, text: address }],
  });
  expect((await kind.run(mailTo("ada@example.com"), attemptContext())).kind).toBe("succeeded");
  const open = kind.run(mailTo("hang@example.com"), attemptContext());
  await eventually("it is being sent", () => server.open() === 1);
  await kind.close();
  expect((await open).kind).toBe("interrupted");
  await eventually("nothing is open", () => server.open() === 0);
  expect((await kind.run(mailTo("ada@example.com"), attemptContext())).kind).toBe("interrupted");
});
