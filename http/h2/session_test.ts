import assert from "node:assert/strict";
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  PADDED,
  PING,
  PRIORITIZED,
  PRIORITY,
  RST_STREAM,
  SETTINGS,
} from "./frames.ts";
import {
  answer,
  block,
  bound,
  bytesOf,
  frame,
  get,
  head,
  number,
  OPTIONS,
  send,
  settings,
  textOf,
  withPeer,
} from "./_raw_h2_server_for_tests.ts";

Deno.test("a response comes with its head in the form of HTTP/1.1, body and trailers", () =>
  withPeer(async (session, peer) => {
    const sending = send(session);
    await peer.request(1);
    await peer.send(
      settings(),
      head(1, [[":status", "103"], ["link", "</a>"]]),
      head(1, [[":status", "200"], ["content-type", "text/plain"], ["content-length", "5"]]),
      frame(DATA, 0, 1, bytesOf("hel")),
      frame(DATA, 0, 1, bytesOf("lo")),
      head(1, [["x-sum", "1"]], END_STREAM),
    );
    const lane = await sending;
    assert.equal(lane.status, 200);
    assert.equal(lane.protocol, "HTTP/2.0");
    assert.equal(
      textOf(lane.head),
      "HTTP/2.0 200 \r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\n",
    );
    assert.equal(textOf(lane.body), "hello");
    assert.equal(textOf(lane.trailers), "x-sum: 1\r\n\r\n");
    assert.equal(session.idle, true);
    assert.equal(lane.usable, false);
    assert.ok(lane.sentAt > 0 && lane.sentAt <= lane.firstByteAt);
    assert.ok(lane.firstByteAt <= lane.endedAt);
  }));

Deno.test("a connection begins with SETTINGS that switch pushing off and a window for all streams", () =>
  withPeer(async (_session, peer) => {
    const first = await peer.type(SETTINGS);
    assert.deepEqual([...first.payload.subarray(0, 6)], [0, 2, 0, 0, 0, 0]);
    assert.equal(first, peer.frames[0]);
    await peer.send(settings([3, 7]));
    await peer.frame((it) => it.type === SETTINGS && it.flags === ACK);
    assert.equal(_session.room, 7);
  }));

Deno.test("a response may come in pieces of any size", () =>
  withPeer(async (session, peer) => {
    let size = 1;
    session.socket.layer((conn) => ({
      ...bound(conn),
      read: (buffer) => conn.read(buffer.subarray(0, size)),
    }));
    await peer.send(settings());
    for (; size <= 40; size++) {
      const id = size * 2 - 1;
      const sending = send(session);
      await peer.request(id);
      await peer.send(
        frame(PRIORITY, 0, id, [0, 0, 0, 0, 1]),
        frame(0xaa, 0xff, id, [1, 2, 3]),
        frame(HEADERS, PADDED | PRIORITIZED, id, [
          ...[3, 0, 0, 0, 0, 9],
          ...block([":status", "200"]),
          ...[0, 0, 0],
        ]),
        frame(CONTINUATION, 0, id),
        frame(CONTINUATION, END_HEADERS, id, block(["a", "b"])),
        frame(DATA, PADDED, id, [2, 104, 105, 0, 0]),
        frame(DATA, PADDED | END_STREAM, id, [0]),
      );
      const lane = await sending;
      assert.equal(textOf(lane.head), "HTTP/2.0 200 \r\na: b\r\n\r\n");
      assert.equal(textOf(lane.body), "hi");
    }
  }));

Deno.test("HEAD, 204 and 304 have no content whatever their head claims", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const cases = [["HEAD", "200"], ["GET", "204"], ["GET", "304"]] as const;
    for (const [i, [method, status]] of cases.entries()) {
      const sending = send(session, get("/", { method }));
      const id = i * 2 + 1;
      await peer.request(id);
      await peer.send(head(id, [[":status", status], ["content-length", "5"]], END_STREAM));
      const lane = await sending;
      assert.equal(lane.status, Number(status));
      assert.equal(lane.body.length, 0);
    }
  }));

Deno.test("mode discard drops content; mode stream gives it as it comes", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const dropping = send(session, get(), "discard");
    await peer.request(1);
    await peer.send(answer(1, "dropped"));
    assert.equal((await dropping).body.length, 0);

    const streaming = send(session, get(), "stream");
    await peer.request(3);
    await peer.send(head(3, [[":status", "200"]]));
    const lane = await streaming;
    assert.equal(lane.streaming, true);
    const first = lane.chunk();
    await peer.send(frame(DATA, 0, 3, bytesOf("one")));
    assert.equal(textOf((await first)!), "one");
    await peer.send(frame(DATA, 0, 3, bytesOf("two")), head(3, [["t", "x"]], END_STREAM));
    assert.equal(textOf((await lane.chunk())!), "two");
    assert.equal(await lane.chunk(), null);
    assert.equal(lane.streaming, false);
    assert.equal(textOf(lane.trailers), "t: x\r\n\r\n");
  }));

Deno.test("a PING is answered with its bytes, SETTINGS are acknowledged", () =>
  withPeer(async (_session, peer) => {
    await peer.send(settings([1, 0], [4, 1], [5, 16384], [99, 1]));
    await peer.frame((it) => it.type === SETTINGS && it.flags === ACK);
    await peer.send(frame(PING, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]));
    const pong = await peer.type(PING);
    assert.equal(pong.flags, ACK);
    assert.deepEqual([...pong.payload], [1, 2, 3, 4, 5, 6, 7, 8]);
  }));

Deno.test("room follows the peer's limit, the session's own, and the lanes that are out", () =>
  withPeer(async (session, peer) => {
    assert.equal(session.room, 50);
    let roomTold = 0;
    session.onRoom = () => roomTold++;
    await peer.send(settings([3, 2]));
    await peer.frame((it) => it.type === SETTINGS && it.flags === ACK);
    assert.equal(session.room, 2);
    assert.equal(roomTold, 1);
    const [first, second] = [session.lane(), session.lane()];
    assert.equal(session.room, 0);
    assert.throws(() => session.lane(), /no room for another stream/);
    first.close();
    assert.equal(first.usable, false);
    assert.equal(session.room, 1);
    second.close();
    assert.equal(session.idle, true);
    await peer.send(settings([3, 0]));
    await peer.frame(() => peer.frames.filter((it) => it.flags === ACK).length === 2);
    assert.equal(session.room, 0);
    assert.equal(session.usable, true);
  }, { ...OPTIONS, maxConcurrent: 50 }));

Deno.test("requests of one turn go out in one write", async () => {
  await withPeer(async (session, peer) => {
    await peer.send(settings());
    await peer.frame((it) => it.flags === ACK);
    let writes = 0;
    session.socket.layer((conn) => ({
      ...bound(conn),
      write: (data) => (writes++, conn.write(data)),
    }));
    const sending = Array.from({ length: 20 }, () => send(session));
    await peer.request(39);
    assert.equal(writes, 1);
    await peer.send(...Array.from({ length: 20 }, (_, i) => answer(i * 2 + 1, `${i}`)));
    const lanes = await Promise.all(sending);
    assert.deepEqual(lanes.map((lane) => textOf(lane.body)), lanes.map((_, i) => `${i}`));
  });
});

Deno.test("closing a session says GOAWAY and ends what is under way as aborted", () =>
  withPeer(async (session, peer) => {
    const sending = send(session);
    await peer.request(1);
    session.close();
    await assert.rejects(sending, { code: "aborted", phase: "headers" });
    assert.deepEqual([...(await peer.type(GOAWAY)).payload], [0, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal(session.usable, false);
    assert.equal(session.room, 0);
  }));

Deno.test("a stream that is given up is reset, and what still comes of it is ignored", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = send(session, get(), "stream");
    await peer.request(1);
    await peer.send(head(1, [[":status", "200"]]));
    const lane = await sending;
    lane.close();
    await assert.rejects(lane.chunk(), { code: "aborted" });
    assert.deepEqual([...(await peer.type(RST_STREAM)).payload], number(8));
    const next = send(session);
    await peer.request(3);
    await peer.send(
      frame(DATA, END_STREAM, 1, bytesOf("late")),
      frame(RST_STREAM, 0, 1, number(5)),
      answer(3, "here"),
    );
    assert.equal(textOf((await next).body), "here");
  }));

Deno.test("a request with a field that can't be sent fails alone", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const bad = get("/", { fields: [["x", "\u20ac"]] });
    await assert.rejects(send(session, bad), { code: "request_invalid" });
    const sending = send(session);
    await peer.request(3);
    await peer.send(answer(3, "ok"));
    assert.equal(textOf((await sending).body), "ok");
  }));

Deno.test("a request head longer than a frame is continued", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const fields = Array.from({ length: 5 }, (_, i) => [`x-${i}`, "~^".repeat(5000)] as const);
    const sending = send(session, get("/", { fields }));
    const first = await peer.request(1);
    assert.equal(first.flags, END_STREAM);
    const last = await peer.frame((it) => it.type === CONTINUATION && it.flags === END_HEADERS);
    assert.equal(last.stream, 1);
    assert.ok(peer.frames.every((it) => it.payload.length <= 16384));
    await peer.send(answer(1, "ok"));
    await sending;
  }));
