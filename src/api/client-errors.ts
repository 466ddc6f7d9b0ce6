import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type ErrorCode, WorkflowsError } from "../model/errors.ts";
import { errorBody, refusal } from "./error-reply.ts";
import { errorTable } from "./errors.ts";
import { securityHeaders } from "./security-headers.ts";

/** What Node would answer by itself, without a body that says why: requests that it could not parse, or would not. */
export function answerClientErrors(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const outstanding = outstandingResponse(socket);
    if (outstanding?.req.complete) {
      // What is broken came after a whole request: that one gets its answer.
      outstanding.shouldKeepAlive = false;
      outstanding.once("close", () => socket.destroy());
      return;
    }
    if (!socket.writable || outstanding?.headersSent) socket.destroy();
    else endWith(socket, clientError(error.code));
  });
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
    const error = refusal("expectation_failed");
    response.writeHead(errorTable[error.code].status, headersOf(error)).end(errorBody(error));
  });
  server.on("connect", (_request, socket) => endWith(socket, refusal("method_not_allowed")));
}

function clientError(code: string | undefined): WorkflowsError {
  const known: Readonly<Record<string, ErrorCode>> = {
    HPE_HEADER_OVERFLOW: "headers_too_large",
    HPE_CHUNK_EXTENSIONS_OVERFLOW: "input_too_large",
    ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
  };
  const ours = code === undefined ? undefined : known[code];
  return ours === undefined
    ? new WorkflowsError("invalid_request", "This is not a valid HTTP/1.1 request")
    : refusal(ours);
}

function endWith(socket: Duplex, error: WorkflowsError): void {
  const { status } = errorTable[error.code];
  const head = Object.entries(headersOf(error)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => socket.destroy()); // the client may be gone already
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join("")}\r\n${errorBody(error)}`, () =>
    socket.destroy(),
  );
}

function headersOf(error: WorkflowsError): Record<string, string> {
  return {
    ...securityHeaders,
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(errorBody(error))),
    connection: "close",
  };
}

/** The response that Node is about to write to this socket; it keeps it in a field without a public name. */
function outstandingResponse(socket: Duplex): ServerResponse | undefined {
  const response: unknown = Reflect.get(socket, "_httpMessage");
  return response instanceof ServerResponse ? response : undefined;
}
