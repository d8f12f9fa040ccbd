import assert from "node:assert/strict";
import { startTarget } from "../targets/mod.ts";
import { Client, HttpError } from "./mod.ts";

Deno.test("events come as they are sent, and leaving the loop ends the stream", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  const seen: string[] = [];
  for await (const event of client.events("/sse")) {
    seen.push(event.data);
    if (seen.length === 2) break;
  }
  assert.equal(seen.length, 2);
});

Deno.test("a broken stream is connected again, with the id of its last event", async () => {
  const ids: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    ids.push(request.headers.get("last-event-id"));
    const text = `retry: 1\nid: ${ids.length}\ndata: ${ids.length}\n\n`;
    return new Response(text, { headers: { "content-type": "text/event-stream" } });
  });
  await using client = new Client();
  const seen: string[] = [];
  const url = `http://127.0.0.1:${server.addr.port}/`;
  for await (const { data } of client.events(url, { jitter: 0 })) {
    seen.push(data);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, ["1", "2", "3"]);
  assert.deepEqual(ids, [null, "1", "2"]);
  await server.shutdown();
});

Deno.test("what is no event stream ends the loop with an error", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  const reading = (async () => {
    for await (const _ of client.events("/json")) assert.fail("there are no events");
  })();
  await assert.rejects(
    reading,
    (error) => error instanceof HttpError && error.code === "response_malformed",
  );
});
