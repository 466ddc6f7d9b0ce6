import { METHODS } from "node:http";
import { closest } from "../../../model/closest.ts";
import { DefinitionError } from "../../../model/errors.ts";
import { type JsonPointer, type JsonValue, kindOf } from "../../../model/json.ts";
import type { Checked } from "../../kind.ts";
import { Fields } from "../../part-fields.ts";
import { checkBody } from "./check-body.ts";
import { checkHeaders } from "./check-headers.ts";
import { checkUri } from "./check-uri.ts";
import { fieldNames } from "./schema.ts";
import type { HttpSpec } from "./spec.ts";

const maxTimeoutMs = 86_400_000;

/** Checks an `http` part and compiles its templates. Throws `DefinitionError` with every mistake. */
export function checkHttpPart(part: JsonValue, at: JsonPointer, refusePrivate: boolean): Checked<HttpSpec> {
  const fields = new Fields(part, at, fieldNames);
  const uri = checkUri(fields, refusePrivate);
  const given = checkHeaders(fields);
  const { body, headers } = checkBody(fields, given);
  const method = checkMethod(fields, body !== undefined);
  const statusCodes = checkStatusCodes(fields);
  const connectTimeoutMs = checkTimeout(fields, "connectionTimeOut");
  const responseTimeoutMs = checkTimeout(fields, "readTimeOut");
  if (uri === undefined || fields.errors > 0) throw new DefinitionError(fields.problems);
  const spec: HttpSpec = {
    ...uri,
    method,
    headers,
    ...(body !== undefined && { body }),
    ...(statusCodes !== undefined && { statusCodes }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(responseTimeoutMs !== undefined && { responseTimeoutMs }),
  };
  return { spec, warnings: fields.problems };
}

/** Whoever writes fewer milliseconds means seconds: so the program from which these definitions come took the number. */
const fewMs = 100;

function checkTimeout(fields: Fields, name: "connectionTimeOut" | "readTimeOut"): number | undefined {
  const ms = fields.timeout(name, maxTimeoutMs);
  if (ms !== undefined && ms < fewMs)
    fields.warning(fields.pointer(name), `${ms} means ${ms} ms: write ${ms * 1000} where ${ms} s are meant`);
  return ms;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const usualMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

function checkMethod(fields: Fields, hasBody: boolean): string {
  const given = fields.text("method");
  if (given === undefined) return hasBody ? "POST" : "GET";
  const method = given.toUpperCase();
  const at = fields.pointer("method");
  if (!token.test(method))
    fields.error(at, `the method must be a name such as GET or PUT, not ${JSON.stringify(given)}`);
  else if (method === "CONNECT") fields.error(at, "the method CONNECT opens a tunnel, which is no task");
  else if (hasBody && (method === "GET" || method === "HEAD"))
    fields.warning(at, `a body is sent with ${method}, which few services read`);
  else if (!METHODS.includes(method)) {
    const meant = closest(method, usualMethods);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    fields.warning(at, `no method is known as ${JSON.stringify(method)}, and it is sent as it is${hint}`);
  }
  return method;
}

function checkStatusCodes(fields: Fields): number[] | undefined {
  const given = fields.value("statusCodes");
  if (given === undefined) return undefined;
  const at = fields.pointer("statusCodes");
  if (!Array.isArray(given)) {
    fields.error(at, `statusCodes must be an array of status codes such as [200, 404], not ${kindOf(given)}`);
    return undefined;
  }
  const codes: number[] = [];
  for (const [index, code] of given.entries()) {
    if (typeof code === "number" && Number.isInteger(code) && code >= 200 && code <= 599) codes.push(code);
    else fields.error(`${at}/${index}`, `a status code is a whole number from 200 to 599, not ${JSON.stringify(code)}`);
  }
  return codes.length > 0 ? codes : undefined;
}
