import assert from "node:assert/strict";
import {
  ACK,
  DATA,
  END_STREAM,
  HEADERS,
  RST_STREAM,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from "./frames.ts";
import { CONNECTION_WINDOW, STREAM_WINDOW } from "./limits.ts";
import {
  answer,
  bytesOf,
  frame,
  get,
  head,
  number,
  type RawPeer,
  send,
  settings,
  textOf,
  withPeer,
} from "./_raw_h2_server_for_tests.ts";

const FRAME = new Uint8Array(16384).fill(7);
const OK = [[":status", "200"]] as const;

/** How much content came on a stream. */
function contentOf(peer: RawPeer, stream: number): number {
  return peer.frames.filter((it) => it.type === DATA && it.stream === stream)
    .reduce((sum, it) => sum + it.payload.length, 0);
}

/** Waits until so much content has come on a stream. */
async function content(peer: RawPeer, stream: number, count: number): Promise<void> {
  await peer.frame(() => contentOf(peer, stream) >= count);
}

function windowUpdate(stream: number, increment: number): Uint8Array {
  return frame(WINDOW_UPDATE, 0, stream, number(increment));
}

/** Answers to PING come in order: what the client sends because of earlier frames came before. */
async function settled(peer: RawPeer): Promise<void> {
  const mark = peer.frames.length;
  await peer.send(frame(6, 0, 0, new Uint8Array(8)));
  await peer.frame((it) => it.type === 6 && peer.frames.indexOf(it) >= mark);
}

Deno.test("a body is sent as far as the windows of stream and connection allow", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings([4, 10_000]));
    await peer.frame((it) => it.type === SETTINGS && it.flags === ACK);
    const body = new Uint8Array(100_000).fill(1);
    const sending = send(session, get("/", { method: "POST", body }));
    await content(peer, 1, 10_000);
    await peer.send(windowUpdate(1, 5000));
    await content(peer, 1, 15_000);
    await settled(peer);
    assert.equal(contentOf(peer, 1), 15_000);
    // The connection's window is the limit now.
    await peer.send(windowUpdate(1, 1_000_000));
    await content(peer, 1, 65_535);
    await settled(peer);
    assert.equal(contentOf(peer, 1), 65_535);
    await peer.send(windowUpdate(0, 1_000_000));
    await content(peer, 1, 100_000);
    assert.ok(peer.frames.every((it) => it.payload.length <= 16384));
    const last = peer.frames.filter((it) => it.type === DATA).at(-1)!;
    assert.equal(last.flags, END_STREAM);
    await peer.send(answer(1, "thanks"));
    assert.equal(textOf((await sending).body), "thanks");
  }));

Deno.test("SETTINGS move the windows of open streams, below zero too", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings([4, 1000]));
    await peer.frame((it) => it.flags === ACK);
    const sending = send(session, get("/", { body: new Uint8Array(5000) }));
    await content(peer, 1, 1000);
    await peer.send(settings([4, 0]), windowUpdate(1, 500));
    await settled(peer);
    assert.equal(contentOf(peer, 1), 1000);
    await peer.send(settings([4, 1001]));
    await content(peer, 1, 1501);
    await peer.send(settings([4, 65_535]));
    await content(peer, 1, 5000);
    await peer.send(answer(1, ""));
    await sending;
  }));

Deno.test("frames are as long as the peer takes them", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings([5, 40_000]), windowUpdate(0, 1_000_000), settings([4, 1_000_000]));
    await peer.frame(() => peer.frames.filter((it) => it.flags === ACK).length >= 2);
    const sending = send(session, get("/", { body: new Uint8Array(100_000) }));
    await content(peer, 1, 100_000);
    const lengths = peer.frames.filter((it) => it.type === DATA).map((it) => it.payload.length);
    assert.deepEqual(lengths, [40_000, 40_000, 20_000]);
    await peer.send(answer(1, ""));
    await sending;
  }));

Deno.test("uploads take turns", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings([4, 1_000_000]));
    await peer.frame((it) => it.flags === ACK);
    const body = new Uint8Array(200_000);
    const sending = [send(session, get("/", { body })), send(session, get("/", { body }))];
    await peer.request(3);
    await peer.send(windowUpdate(0, 200_000));
    await peer.frame(() => contentOf(peer, 1) + contentOf(peer, 3) === 265_535);
    assert.ok(contentOf(peer, 3) > 50_000);
    await peer.send(windowUpdate(0, 200_000));
    await content(peer, 1, 200_000);
    await content(peer, 3, 200_000);
    await peer.send(answer(1, ""), answer(3, ""));
    await Promise.all(sending);
  }));

Deno.test("a streamed body is asked for as it is sent, and ended by an empty frame", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    let asked = 0;
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (; asked < 10; asked++) {
        yield new Uint8Array(asked === 3 ? 0 : 30_000);
        await null;
      }
    }
    const sending = send(session, get("/", { method: "POST", stream: stream() }));
    await content(peer, 1, 65_535);
    await settled(peer);
    assert.equal(asked, 2);
    await peer.send(windowUpdate(0, 1_000_000), windowUpdate(1, 1_000_000));
    const last = await peer.frame((it) => it.type === DATA && it.flags === END_STREAM);
    assert.equal(last.payload.length, 0);
    assert.equal(contentOf(peer, 1), 270_000);
    await peer.send(answer(1, "ok"));
    await sending;
  }));

Deno.test("a streamed body that fails resets its stream", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    // deno-lint-ignore require-yield
    async function* broken(): AsyncGenerator<Uint8Array> {
      await null;
      throw new Error("disk");
    }
    await assert.rejects(send(session, get("/", { stream: broken() })), {
      code: "request_body_failed",
      phase: "send",
    });
    assert.deepEqual([...(await peer.type(RST_STREAM)).payload], number(8));
    async function* text(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve("text") as unknown as Uint8Array;
    }
    await assert.rejects(send(session, get("/", { stream: text() })), {
      code: "request_body_failed",
    });
  }));

Deno.test("an answer before the end of the request ends the upload", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    let returned = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(FRAME);
      } finally {
        returned = true;
      }
    }
    const sending = send(session, get("/", { method: "POST", stream: endless() }));
    await content(peer, 1, 65_535);
    await peer.send(answer(1, "enough"), frame(RST_STREAM, 0, 1, number(0)));
    const lane = await sending;
    assert.equal(textOf(lane.body), "enough");
    assert.equal(lane.sentAt, lane.firstByteAt);
    assert.deepEqual([...(await peer.type(RST_STREAM)).payload], number(8));
    const next = send(session);
    await peer.request(3);
    await peer.send(answer(3, ""));
    await next;
    assert.equal(returned, true);
  }));

Deno.test("a window that stays 0 ends in a timeout of the phase send", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings([4, 0]));
    await peer.frame((it) => it.flags === ACK);
    await assert.rejects(send(session, get("/", { body: new Uint8Array(1) }), "keep", 30), {
      code: "request_timeout",
      phase: "send",
    });
    await peer.type(RST_STREAM);
  }));

Deno.test("content is granted anew when half of a window was read", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = send(session);
    await peer.request(1);
    await peer.send(head(1, OK));
    const frames = STREAM_WINDOW / FRAME.length;
    for (let i = 0; i < frames; i++) await peer.send(frame(DATA, 0, 1, FRAME));
    const grants = () => peer.frames.filter((it) => it.type === WINDOW_UPDATE && it.stream === 1);
    await peer.frame(() => grants().length === 2);
    assert.deepEqual(grants().map((it) => uint32(it.payload, 0)), [
      STREAM_WINDOW / 2,
      STREAM_WINDOW / 2,
    ]);
    await peer.send(frame(DATA, END_STREAM, 1));
    assert.equal((await sending).body.length, STREAM_WINDOW);
  }));

Deno.test("a slow reader in mode stream is sent no more than a window, and others are not held up", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = send(session, get(), "stream");
    await peer.request(1);
    await peer.send(head(1, OK));
    const lane = await sending;
    for (let i = 0; i < STREAM_WINDOW / FRAME.length; i++) {
      await peer.send(frame(DATA, 0, 1, FRAME));
    }
    await settled(peer);
    assert.equal(peer.frames.some((it) => it.type === WINDOW_UPDATE && it.stream === 1), false);
    const other = send(session);
    await peer.request(3);
    await peer.send(answer(3, "quick"));
    assert.equal(textOf((await other).body), "quick");
    for (let read = 0; read < STREAM_WINDOW / 2;) read += (await lane.chunk())!.length;
    const grant = await peer.frame((it) => it.type === WINDOW_UPDATE && it.stream === 1);
    assert.equal(uint32(grant.payload, 0), STREAM_WINDOW / 2);
    lane.close();
  }));

Deno.test("a peer that sends more than a stream's window has its stream reset", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = send(session, get(), "stream");
    await peer.request(1);
    await peer.send(head(1, OK));
    const lane = await sending;
    for (let i = 0; i <= STREAM_WINDOW / FRAME.length; i++) {
      await peer.send(frame(DATA, 0, 1, FRAME));
    }
    const reset = await peer.type(RST_STREAM);
    assert.deepEqual([...reset.payload], number(3));
    await assert.rejects(lane.chunk(), { code: "h2_stream", errorCode: 3 });
    assert.equal(session.usable, true);
  }));

Deno.test("the window of the connection is granted anew, for streams that are gone too", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = send(session, get(), "stream");
    await peer.request(1);
    await peer.send(head(1, OK));
    (await sending).close();
    for (let i = 0; i <= CONNECTION_WINDOW / 2 / FRAME.length; i++) {
      await peer.send(frame(DATA, 0, 1, FRAME));
    }
    const grant = await peer.frame((it) =>
      it.type === WINDOW_UPDATE && it.stream === 0 && peer.frames.indexOf(it) > 2
    );
    assert.equal(uint32(grant.payload, 0), CONNECTION_WINDOW / 2 + FRAME.length);
    assert.equal(peer.frames.filter((it) => it.type === HEADERS).length, 1);
  }));

Deno.test("padding counts to the windows", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = send(session, get(), "stream");
    await peer.request(1);
    await peer.send(head(1, OK));
    await sending;
    const padded = frame(DATA, 8, 1, [255, ...bytesOf("x"), ...new Uint8Array(255)]);
    for (let sent = 0; sent < STREAM_WINDOW / 2; sent += 256) await peer.send(padded);
    const grant = await peer.frame((it) => it.type === WINDOW_UPDATE && it.stream === 1);
    // What is content was not read yet.
    assert.ok(uint32(grant.payload, 0) >= STREAM_WINDOW / 2 - 4096);
    (await sending).close();
  }));

Deno.test("content that comes byte by byte while nobody reads is put together", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = send(session, get(), "stream");
    await peer.request(1);
    await peer.send(head(1, OK));
    const lane = await sending;
    for (let i = 0; i < 20; i++) {
      await peer.send(...Array.from({ length: 1000 }, (_, j) => frame(DATA, 0, 1, [i ^ j])));
    }
    await settled(peer);
    const chunks = [await lane.chunk(), await lane.chunk()];
    assert.deepEqual(chunks.map((chunk) => chunk!.length), [16_384, 3616]);
    assert.deepEqual([...chunks[0]!.subarray(998, 1003)], [998 & 255, 999 & 255, 1, 0, 3]);
    const waiting = lane.chunk();
    await peer.send(frame(DATA, END_STREAM, 1, [9]));
    assert.deepEqual([...(await waiting)!], [9]);
    assert.equal(await lane.chunk(), null);
  }));
