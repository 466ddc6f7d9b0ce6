import { resolve } from "node:path";
import { optional, setting } from "../setting.ts";
import { duration } from "../values/duration.ts";
import { path } from "../values/path.ts";
import { boolean, text } from "../values/scalars.ts";

const section = "Store";
const without = "MongoDB";

export const storeSettings = {
  sqlitePath: setting({
    key: "sqlite_path",
    section,
    type: path,
    default: resolve("workflows.db"),
    defaultText: "./workflows.db",
    flag: "--sqlite-path",
    doc: "The file of the embedded store, made when it is not there. All processes that share it must run on one machine: network file systems are refused.",
  }),
  retentionMs: setting({
    key: "retention",
    section,
    type: duration("1m", "3650d", { zero: "keep them for ever" }),
    default: 30 * 86_400_000,
    doc: "How long finished jobs are kept, with their history.",
  }),
  mongoUrl: optional({
    key: "mongo-url",
    section,
    type: text(),
    secret: "inside",
    doc: "Address of a MongoDB, instead of the embedded store. Not available in this version: setting it is an error, so that nobody runs on another store than they believe.",
  }),
  mongoDbname: optional({
    key: "mongo-dbname",
    section,
    type: text(),
    without,
    doc: "Name of the database in MongoDB.",
  }),
  mongoSsl: setting({
    key: "mongo_ssl",
    section,
    type: boolean,
    default: false,
    without,
    doc: "Whether to connect to MongoDB by TLS.",
  }),
  mongoSslSkipverify: setting({
    key: "mongo_ssl_skipverify",
    section,
    type: boolean,
    default: false,
    without,
    doc: "Whether to trust any certificate of MongoDB.",
  }),
  mongoUsername: optional({
    key: "mongo_username",
    section,
    type: text(),
    without,
    doc: "User of MongoDB.",
  }),
  mongoPassword: optional({
    key: "mongo_password",
    section,
    type: text(),
    secret: "whole",
    without,
    doc: "Password of that user.",
  }),
} as const;
