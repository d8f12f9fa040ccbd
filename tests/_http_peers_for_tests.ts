import assert from "node:assert/strict";
import { Client, type ClientOptions, type Response } from "../http/mod.ts";

/** Sizes of the bodies that every peer has to offer as `/bytes-SIZE`. */
export const SIZES: readonly number[] = [0, 1, 65_536, 5_000_000];

const DIGITS = "0123456789".repeat(SIZES.at(-1)! / 10);

/** The text that `/bytes-SIZE` has. */
export function textOf(size: number): string {
  return DIGITS.slice(0, size);
}

/** A server, and what it can do beside `/bytes-SIZE` and echoing what is posted. */
export interface Peer {
  /** Without a slash at its end. */
  readonly url: string;
  /** How to talk to it. */
  readonly options: ClientOptions;
  /** What it must have been spoken to in. */
  readonly protocol: Response["protocol"];
  /** Has `/none`, which is 204, and `/go`, which redirects to `/bytes-1`. */
  readonly isProgrammed: boolean;
}

/** The handler of a peer that is programmed. */
export async function answerPeer(request: Request): Promise<globalThis.Response> {
  const { pathname } = new URL(request.url);
  const size = /^\/bytes-(\d+)$/.exec(pathname);
  const headers = { "content-type": "text/plain" };
  if (request.method === "POST") {
    const body = new Uint8Array(await request.arrayBuffer());
    return new globalThis.Response(body, { headers });
  }
  if (pathname === "/none") return new globalThis.Response(null, { status: 204 });
  if (pathname === "/go") {
    return new globalThis.Response(null, { status: 302, headers: { location: "/bytes-1" } });
  }
  if (size === null) return new globalThis.Response("no such page", { status: 404 });
  // Deno.serve sends content in answer to HEAD over HTTP/2 unless there is none.
  const body = request.method === "HEAD" ? null : textOf(Number(size[1]));
  return new globalThis.Response(body, { headers });
}

/** What every server has to do for the client, and the client with every server. */
export async function assertContract(peer: Peer): Promise<void> {
  await using client = new Client({ ...peer.options, baseUrl: peer.url });
  await assertBodies(client, peer);
  await assertNoBodies(client, peer);
  await assertManyAtOnce(client);
  await assertStreams(client, peer);
}

async function assertBodies(client: Client, { protocol }: Peer): Promise<void> {
  for (const size of SIZES) {
    const text = textOf(size);
    const got = await client.get(`/bytes-${size}`);
    assert.deepEqual([got.status, got.protocol], [200, protocol], got.error?.message);
    assertSame(await got.text(), text, "GET");
    const dropped = await client.get(`/bytes-${size}`, { responseType: "none" });
    assert.equal(dropped.status, 200);
    const posted = await client.post("/bytes-1", { body: text });
    assert.equal(posted.status, 200, posted.error?.message);
    assertSame(await posted.text(), text, "POST");
  }
}

async function assertNoBodies(client: Client, { isProgrammed }: Peer): Promise<void> {
  const head = await client.head("/bytes-65536");
  assert.deepEqual([head.status, await head.text()], [200, ""], head.error?.message);
  assert.equal((await client.get("/missing")).errorCode, 1404);
  if (!isProgrammed) return;
  const none = await client.get("/none");
  assert.deepEqual([none.status, await none.text()], [204, ""]);
  const redirected = await client.get("/go");
  assert.equal(redirected.status, 200, redirected.error?.message);
  assert.match(redirected.url, /\/bytes-1$/);
  assert.equal((await client.get("/go", { maxRedirects: 0 })).status, 302);
}

async function assertManyAtOnce(client: Client): Promise<void> {
  const text = textOf(65_536);
  const texts = await Promise.all(Array.from({ length: 50 }, async (_, i) => {
    const response = i % 2 === 0
      ? await client.get("/bytes-65536")
      : await client.post("/bytes-1", { body: text });
    assert.equal(response.status, 200, response.error?.message);
    return await response.text();
  }));
  for (const one of texts) assertSame(one, text, "50 at once");
}

async function assertStreams(client: Client, _peer: Peer): Promise<void> {
  const size = SIZES.at(-1)!;
  const text = textOf(size);
  const down = await client.get(`/bytes-${size}`, { responseType: "stream" });
  assert.equal(down.status, 200, down.error?.message);
  let chunks = 0;
  let received = "";
  for await (const chunk of down.body.pipeThrough(new TextDecoderStream())) {
    received += chunk;
    chunks++;
  }
  assertSame(received, text, "streamed download");
  assert.equal(chunks > 1, true);
  const pieces = Array.from({ length: 50 }, (_, i) => text.slice(i * 100_000, (i + 1) * 100_000));
  const body = ReadableStream.from(pieces).pipeThrough(new TextEncoderStream());
  const up = await client.post("/bytes-1", { body });
  assert.equal(up.status, 200, up.error?.message);
  assertSame(await up.text(), text, "streamed upload");
  const left = await client.get(`/bytes-${size}`, { responseType: "stream" });
  await left.body.cancel();
  assertSame(await (await client.get("/bytes-1")).text(), "0", "after a download was given up");
}

/** As `assert.equal`, without megabytes in the message. */
function assertSame(actual: string, expected: string, what: string): void {
  if (actual === expected) return;
  let at = 0;
  while (actual[at] === expected[at]) at++;
  assert.fail(`${what}: ${actual.length} for ${expected.length} characters, other from ${at} on`);
}
