import { afterEach, expect, test, vi } from "vitest";
import { Workflows } from "../../../src/client/workflows.ts";
import { answering, streaming } from "./answering.ts";

const id = "0123456789abcdef01234567";
const quick = { retry: { firstDelayMs: 1, maxDelayMs: 5 } };
const entry = `event: job_started\nid: 0.0\ndata: {"type":"job_started"}\n\n`;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function all(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) expect(item).toBeDefined();
}

test("a mistake of a program is told at once, and never taken for a connection that broke", async () => {
  await using server = await answering(streaming(entry, "stays"));
  const client = new Workflows({ url: server.url, ...quick });
  const onOpen = () => {
    throw new TypeError("the handler has a mistake");
  };
  await expect(all(client.watch(id, { onOpen }))).rejects.toThrow("the handler has a mistake");

  class OtherDecoder {
    decode(): string {
      throw new TypeError("decode is not a function");
    }
  }
  vi.stubGlobal("TextDecoder", OtherDecoder);
  await expect(client.wait(id)).rejects.toThrow(new TypeError("decode is not a function"));
  vi.unstubAllGlobals();
  expect(server.asked).toHaveLength(2);

  vi.spyOn(AbortSignal, "any").mockImplementation(() => {
    throw new TypeError("AbortSignal.any is not a function");
  });
  const { signal } = new AbortController();
  await expect(client.jobs.get(id, { signal })).rejects.toThrow(new TypeError("AbortSignal.any is not a function"));
  expect(server.asked).toHaveLength(2);
});

test("where there is no fetch it says so, and asks for nothing again", async () => {
  let asked = 0;
  const fetch = () => {
    asked += 1;
    throw new ReferenceError("fetch is not defined");
  };
  const client = new Workflows({ url: "http://127.0.0.1:8080", fetch, ...quick });
  await expect(client.start("hello")).rejects.toThrow(new ReferenceError("fetch is not defined"));
  expect(asked).toBe(1);
});
