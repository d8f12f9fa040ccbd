import assert from "node:assert/strict";
import { LiveClients } from "./clients.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (stream: ReadableStream<Uint8Array>) => new Response(stream as BodyInit).text();

Deno.test("each page gets what came before it, all that comes, and the end", async () => {
  const clients = new LiveClients();
  const first = clients.open(bytes("a"));
  clients.send(bytes("b"), () => bytes("everything"));
  const second = clients.open(bytes("ab"));
  clients.send(bytes("c"), () => bytes("everything"));
  assert.equal(clients.size, 2);
  clients.end(bytes("!"));
  assert.deepEqual(await Promise.all([read(first), read(second)]), ["abc!", "abc!"]);
  assert.equal(clients.size, 0);
});

Deno.test("a page that does not read costs no more than its queue, and catches up", async () => {
  const clients = new LiveClients();
  const slow = clients.open(bytes("first"));
  const megabyte = new Uint8Array(1024 * 1024);
  for (let n = 0; n < 100; n++) clients.send(megabyte, () => bytes("everything"));
  const reader = slow.getReader();
  let taken = 0;
  for (let n = 0; n < 5; n++) taken += (await reader.read()).value!.length;
  assert.ok(taken < 5 * megabyte.length, `${taken}`);
  clients.send(bytes("next"), () => bytes("everything"));
  clients.end(null);
  const rest: string[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    rest.push(new TextDecoder().decode(part.value));
  }
  assert.equal(rest.at(-1), "everything");
});

Deno.test("a page that went away is forgotten", async () => {
  const clients = new LiveClients();
  const gone = clients.open(bytes("a"));
  await gone.cancel();
  assert.equal(clients.size, 0);
  clients.send(bytes("b"), () => bytes("everything"));
  clients.end(bytes("!"));
});
