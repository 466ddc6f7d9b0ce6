import { type Db, ObjectId } from "mongodb";

/** Documents as the original wrote them, by version. */
export const firstVersion = {
  _id: new ObjectId("5de377e13000006800e9c9c2"),
  workflow_name: "greet",
  input_parameters: [
    { name: "device_id", value: "d1" },
    { name: "authorization", value: "Bearer hunter2" },
  ],
  status: "done",
  results: [
    {
      request: {
        uri: "http://inventory:8080/d1?auth=Bearer hunter2",
        method: "PUT",
        payload: '{"device_id": "d1"}',
        headers: ["X-MEN-RequestID: r1", "Authorization: Bearer hunter2"],
      },
      response: { statuscode: "204 No Content", body: "" },
    },
  ],
};

/** What its message bus held beside that. */
export const firstVersionMessage = {
  _id: firstVersion._id,
  workflow_name: "greet",
  input_parameters: firstVersion.input_parameters,
};

export const laterVersion = {
  _id: "5e8f1a2b3c4d5e6f70819203",
  workflow_name: "provision_device",
  input_parameters: [{ name: "device_id", value: '{"a":1}', raw: { a: 1 } }],
  status: 3,
  insert_time: new Date("2021-03-04T05:06:07.890Z"),
  version: "4",
  results: [
    {
      name: "call",
      type: "http",
      success: true,
      skipped: false,
      httpRequest: { uri: "http://a/", method: "POST", body: "{}", headers: ["Content-Type: application/json"] },
      httpResponse: { status_code: 201, body: "made" },
    },
    { name: "not needed", type: "http", success: true, skipped: true },
    {
      name: "mail",
      type: "smtp",
      success: true,
      skipped: false,
      smtp: { sender: "a@example.com", recipients: ["b@example.com"], message: "hello", error: "" },
    },
    { name: "tell", type: "nats", success: true, skipped: false, nats: { error: "" } },
    {
      name: "tool",
      type: "cli",
      success: false,
      skipped: false,
      cli: { command: ["/bin/false"], output: "", error: "it failed", exitCode: 1 },
    },
  ],
};

export const laterPending = { ...laterVersion, _id: "5e8f1a2b3c4d5e6f70819204", status: 1, results: [] };
export const laterProcessing = { ...laterPending, _id: "5e8f1a2b3c4d5e6f70819205", status: 2 };

/** Every document of a collection, as it stands there. */
export function allOf(database: Db, collection: string): Promise<unknown[]> {
  return database.collection(collection).find().sort({ _id: 1 }).toArray();
}

/** A definition as a later version stores it: the name is the id, and fields that its file does not have stand there with the zero of their type. */
export const storedDefinition = {
  _id: "provision_device",
  topic: "",
  ephemeral: false,
  description: "Provision device.",
  version: 4,
  schema_version: 1,
  input_parameters: ["device_id"],
  tasks: [
    {
      name: "call",
      type: "http",
      retries: 3,
      retryDelaySeconds: 0,
      http: {
        uri: "http://127.0.0.1:2/${workflow.input.device_id}",
        method: "POST",
        contentType: "",
        body: "",
        formdata: null,
        json: { device_id: "${workflow.input.device_id}", tags: [], count: 0 },
        statusCodes: null,
        headers: { "X-MEN-RequestID": "" },
        connectionTimeOut: 8000,
        readTimeOut: 0,
      },
    },
  ],
};
