import { optional, setting } from "../setting.ts";
import { byteSize } from "../values/byte-size.ts";
import { databaseName, mongoUrl } from "../values/mongo.ts";
import { boolean, onOff, text } from "../values/scalars.ts";

const section = "MongoDB";

export const mongodbSettings = {
  mongoUrl: optional({
    key: "mongo-url",
    section,
    type: mongoUrl,
    secret: "inside",
    doc: "Address of a MongoDB, `mongodb://HOST1,HOST2/?replicaSet=NAME` or `mongodb+srv://NAME`: setting it makes that the store, instead of the embedded one. Options of the address count, except those on which the promises rest: writes are acknowledged by a majority and its journals, reads go to the primary.",
  }),
  mongoDbname: optional({
    key: "mongo-dbname",
    section,
    type: databaseName,
    defaultText: "the one in the path of `mongo-url`, else `workflows`",
    doc: "Name of the database. Where `mongo-url` has one in its path too, this setting wins, and the one in the path is only where the user is known.",
  }),
  mongoSsl: setting({
    key: "mongo_ssl",
    section,
    type: boolean,
    default: false,
    doc: "Whether to connect by TLS. `tls=true` in the address means the same, and `mongodb+srv` does it by itself. A certificate authority of your own is named by `tlsCAFile=FILE` in the address.",
  }),
  mongoSslSkipverify: setting({
    key: "mongo_ssl_skipverify",
    section,
    type: boolean,
    default: false,
    doc: "Whether to trust any certificate, for any name. Whoever is between this process and the database can then read and change everything.",
  }),
  mongoUsername: optional({
    key: "mongo_username",
    section,
    type: text(),
    doc: "User, instead of one in `mongo-url`. It is looked up in the database that `authSource` in the address names, else in that of its path, else in `admin`.",
  }),
  mongoPassword: optional({
    key: "mongo_password",
    section,
    type: text(),
    secret: "whole",
    doc: "Password of that user, written as it is: nothing in it has to be escaped as in an address.",
  }),
  bus: setting({
    key: "bus",
    section,
    type: onOff,
    default: true,
    doc: "Whether processes wake each other by hints in a capped collection. `off`: workers find jobs by looking every `poll`, and new jobs are not handed to a worker with their start.",
  }),
  busSizeBytes: setting({
    key: "bus_size",
    section,
    type: byteSize("1MiB", "16GiB"),
    default: 64 * 1024 ** 2,
    doc: "Size of that collection when it is made. It holds hints only: a smaller one rolls over sooner, and whoever is overtaken looks at the store itself.",
  }),
} as const;
