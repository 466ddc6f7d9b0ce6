import { maskCredentials } from "../../model/redaction.ts";
import { text, textOf } from "./scalars.ts";
import { accepted, rejected, type ValueType } from "./value-type.ts";

/** Any text: whether it is an address is for the store to say, as it is for a host that does not answer. Shown without passwords. */
export const mongoUrl: ValueType<string> = {
  ...text(),
  name: "address",
  expected: "a text that is not empty",
  show: maskCredentials,
};

const maxNameBytes = 63;

/** What MongoDB takes as the name of a database on every system ("Naming Restrictions" in its manual). */
export const databaseName: ValueType<string> = {
  name: "name",
  expected: `the name of a database: at most ${maxNameBytes} bytes, without spaces and any of /\\."$*<>:|?`,
  parse(found) {
    const name = textOf(found);
    if (name === undefined || name === "" || Buffer.byteLength(name) > maxNameBytes) return rejected();
    return /[/\\. "$*<>:|?\0]/.test(name) ? rejected() : accepted(name);
  },
  show: (value) => value,
};
