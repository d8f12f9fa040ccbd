import assert from "node:assert/strict";
import { HttpError } from "../errors.ts";
import { GOAWAY, HEADERS, PING, RST_STREAM, WINDOW_UPDATE } from "./frames.ts";
import {
  answer,
  bound,
  bytesOf,
  frame,
  get,
  head,
  number,
  send,
  settings,
  textOf,
  withPeer,
} from "./_raw_h2_server_for_tests.ts";

const OK = head(1, [[":status", "200"]]);

Deno.test("RST_STREAM fails its stream by the name of its code", () =>
  withPeer(async (session, peer) => {
    const first = send(session);
    await peer.request(1);
    await peer.send(settings(), OK, frame(RST_STREAM, 0, 1, number(2)));
    await assert.rejects(first, {
      code: "h2_stream",
      phase: "body",
      errorCode: 2,
      message: "stream reset by the peer: RST_STREAM with INTERNAL_ERROR",
    });
  }));

Deno.test("a refused stream may be sent again, a cancelled one not", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    for (const [id, errorCode, unprocessed] of [[1, 7, true], [3, 8, false]] as const) {
      const lane = session.lane();
      const sending = lane.exchange(get(), "keep", performance.now(), 10_000);
      await peer.request(id);
      await peer.send(frame(RST_STREAM, 0, id, number(errorCode)));
      await assert.rejects(sending, { code: "h2_stream", phase: "headers" });
      assert.equal(lane.unprocessed, unprocessed);
    }
  }));

Deno.test("GOAWAY fails the streams behind its last one, the others go on", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const [first, second] = [session.lane(), session.lane()];
    const unused = session.lane();
    const going = first.exchange(get(), "keep", performance.now(), 10_000);
    const failing = second.exchange(get(), "keep", performance.now(), 10_000);
    await peer.request(3);
    await peer.send(frame(GOAWAY, 0, 0, [...number(1), ...number(0), ...bytesOf("restart")]));
    await assert.rejects(failing, {
      code: "goaway",
      errorCode: 0,
      message: 'GOAWAY with NO_ERROR: the peer is closing the connection: "restart"',
    });
    assert.equal(second.unprocessed, true);
    assert.equal(session.usable, false);
    await assert.rejects(unused.exchange(get(), "keep", performance.now(), 10_000), {
      code: "goaway",
    });
    assert.equal(unused.unprocessed, true);
    await peer.send(answer(1, "still"));
    await going;
    assert.equal(textOf(first.body), "still");
    assert.equal(first.unprocessed, false);
    // Nothing is left to wait for.
    await peer.reading;
  }));

Deno.test("the end of the connection is told by how far a response had come", async (t) => {
  const cases = [
    ["empty_reply", "headers", []],
    ["response_incomplete", "body", [OK]],
    ["response_incomplete", "headers", [head(1, [[":status", "100"]])]],
    ["goaway", "headers", [frame(GOAWAY, 0, 0, [...number(1), ...number(11)])]],
  ] as const;
  for (const [code, phase, bytes] of cases) {
    await t.step(`${code} in ${phase}`, () =>
      withPeer(async (session, peer) => {
        const sending = assert.rejects(send(session), { code, phase });
        await peer.request(1);
        await peer.send(settings(), ...bytes);
        await peer.socket.closeWrite();
        await sending;
      }));
  }
});

Deno.test("a connection that is reset fails all streams with the socket's error", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const sending = [send(session), send(session, get(), "stream")];
    await peer.request(3);
    await peer.send(head(3, [[":status", "200"]]));
    const lane = await sending[1]!;
    const chunk = lane.chunk();
    const reset = { code: "connection_reset" };
    const failed = Promise.all([assert.rejects(sending[0]!, reset), assert.rejects(chunk, reset)]);
    // Closing with bytes unread resets the connection.
    session.socket.layer((conn) => ({
      ...bound(conn),
      read: () => Promise.reject(new Deno.errors.ConnectionReset("reset")),
    }));
    await peer.send(frame(PING, 0, 0, new Uint8Array(8)));
    await failed;
    assert.equal(session.usable, false);
  }));

Deno.test("what doesn't begin with SETTINGS is not HTTP/2", () =>
  withPeer(async (session, peer) => {
    const sending = send(session);
    await peer.request(1);
    await peer.send(bytesOf("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await assert.rejects(sending, { code: "h2_protocol", message: /is this an HTTP\/2 server/ });
  }));

Deno.test("a deadline that passes fails its stream alone, in the phase it is in", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    const staying = send(session);
    const timing = [
      assert.rejects(send(session, get(), "keep", 30), {
        code: "request_timeout",
        phase: "headers",
        message: "request timed out after 30 ms while it waited for the response (raise timeout)",
      }),
      assert.rejects(send(session, get(), "keep", 1000), {
        code: "request_timeout",
        phase: "body",
      }),
    ];
    await peer.request(5);
    await peer.send(head(5, [[":status", "200"]]));
    await Promise.all(timing);
    await peer.frame((it) => it.type === RST_STREAM && it.stream === 3);
    await peer.frame((it) => it.type === RST_STREAM && it.stream === 5);
    await peer.send(answer(1, "in time"));
    assert.equal(textOf((await staying).body), "in time");
  }));

Deno.test("a lane that fails before its exchange gives its place back and keeps its error", () =>
  withPeer(async (session) => {
    const lane = session.lane();
    const error = new HttpError("aborted", "send", "no more");
    lane.fail(error);
    assert.equal(session.idle, true);
    await assert.rejects(lane.exchange(get(), "keep", performance.now(), 1000), error);
    lane.close();
    assert.equal(session.idle, true);
  }));

Deno.test("what a server sends behind each of many responses is no flood", () =>
  withPeer(async (session, peer) => {
    await peer.send(settings());
    for (let first = 1; first < 4000; first += 100) {
      const sending = Array.from({ length: 50 }, () => send(session));
      await peer.request(first + 98);
      for (let id = first; id < first + 100; id += 2) {
        await peer.send(
          answer(id, ""),
          frame(WINDOW_UPDATE, 0, id, number(1)),
          frame(RST_STREAM, 0, id, number(0)),
        );
      }
      await Promise.all(sending);
      peer.frames.length = 0;
    }
    assert.equal(session.usable, true);
  }));

Deno.test("fields over what the peer's SETTINGS take fail by name, and nothing is sent", () =>
  withPeer(async (session, peer) => {
    const settled = new Promise<void>((resolve) => session.onRoom = resolve);
    const fields = [["x-long", "v".repeat(100)]] as const;
    // RFC 9113 §6.5.2: name, value and 32 more of each: 42 + 43 + 46 + 38, and 138.
    await peer.send(settings([6, 307]));
    await settled;
    const fits = send(session, get("/", { fields }));
    await peer.request(1);
    await peer.send(answer(1, "fits"));
    assert.equal(textOf((await fits).body), "fits");
    await assert.rejects(send(session, get("/1", { fields })), {
      code: "request_invalid",
      phase: "send",
      message: "header fields of the request count 308 bytes and the peer takes 307 " +
        "(SETTINGS_MAX_HEADER_LIST_SIZE, 32 more for each field): send fewer or shorter ones",
    });
    const after = send(session);
    const { stream } = await peer.frame(({ type, stream }) => type === HEADERS && stream > 1);
    await peer.send(answer(stream, "goes on"));
    assert.equal(textOf((await after).body), "goes on");
    assert.equal(peer.frames.filter(({ type }) => type === HEADERS).length, 2);
  }));
