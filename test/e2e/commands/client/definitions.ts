interface Definition {
  readonly name: string;
  readonly tasks: readonly object[];
}

/** What the jobs are of, which a client's commands start and steer. It calls a service that answers at once, one that does not within a minute, and none. */
export function definitions(quick: string, slow: string): readonly Definition[] {
  const workflow = (name: string, uri: string, more: object = {}) => ({
    name,
    version: 1,
    inputParameters: ["who"],
    tasks: [
      { name: "call", type: "http", http: { uri, method: "PUT", json: { who: "${workflow.input.who}" } }, ...more },
    ],
  });
  return [
    workflow("greet", `http://${quick}/`),
    workflow("broken", "http://127.0.0.1:2/"),
    { name: "alert", tasks: [{ name: "tell", type: "http", http: { uri: `http://${quick}/` } }] },
    {
      ...workflow("fragile", "http://127.0.0.1:2/", { retries: 1, retryDelaySeconds: 0.01 }),
      ...{ retries: 1, retryDelaySeconds: 0.01, onFailure: "alert" },
    },
    workflow("endless", `http://${slow}/`),
    {
      name: "careful",
      tasks: [
        {
          name: "book",
          type: "http",
          http: { uri: `http://${quick}/` },
          undo: { type: "http", http: { uri: `http://${slow}/` } },
        },
        { name: "wait", type: "http", http: { uri: `http://${slow}/` } },
      ],
    },
  ];
}
