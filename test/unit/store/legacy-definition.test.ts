import { expect, test } from "vitest";
import { legacyDefinition } from "../../../src/store/mongodb/legacy/legacy-definition.ts";

test("a definition that a later version stored is as its file had it, without what was not given", () => {
  const stored = {
    _id: "send_mail",
    topic: "",
    ephemeral: false,
    description: "",
    version: 0,
    schema_version: 1,
    input_parameters: ["to"],
    optional_parameters: ["name"],
    tasks: [
      {
        name: "mail",
        type: "smtp",
        retries: 0,
        retryDelaySeconds: 5,
        requires: ["${workflow.input.to}"],
        smtp: {
          from: "a@b",
          to: ["${workflow.input.to}"],
          cc: null,
          bcc: [],
          subject: "",
          body: "",
          html: "@a.html",
          timeout: 0,
        },
      },
      { name: "tell", type: "nats", nats: { subject: "mails", data: { count: 0, note: "", list: [] } } },
    ],
  };
  expect(legacyDefinition(stored)).toEqual({
    name: "send_mail",
    version: 0,
    schemaVersion: 1,
    inputParameters: ["to"],
    optionalParameters: ["name"],
    tasks: [
      {
        name: "mail",
        type: "smtp",
        retryDelaySeconds: 5,
        requires: ["${workflow.input.to}"],
        smtp: { from: "a@b", to: ["${workflow.input.to}"], html: "@a.html" },
      },
      { name: "tell", type: "nats", nats: { subject: "mails", data: { count: 0, note: "", list: [] } } },
    ],
  });
});

test("a definition that the first version stored has its fields in the case of files", () => {
  const stored = {
    _id: "decommission_device",
    version: 4,
    schema_version: 1,
    inputparameters: ["device_id"],
    tasks: [
      {
        name: "call",
        type: "http",
        http: {
          uri: "http://a/",
          method: "PUT",
          contenttype: "",
          payload: "{}",
          headers: {},
          connectiontimeout: 1000,
          readtimeout: 2000,
        },
      },
    ],
  };
  expect(legacyDefinition(stored)).toEqual({
    name: "decommission_device",
    version: 4,
    schemaVersion: 1,
    inputParameters: ["device_id"],
    tasks: [
      {
        name: "call",
        type: "http",
        http: {
          uri: "http://a/",
          method: "PUT",
          payload: "{}",
          headers: {},
          connectionTimeOut: 1000,
          readTimeOut: 2000,
        },
      },
    ],
  });
});
