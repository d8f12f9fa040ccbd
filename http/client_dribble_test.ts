import assert from "node:assert/strict";
import { type RawExchange, rawServer } from "./_raw_server_for_tests.ts";
import { Client, type HttpError } from "./mod.ts";
import { PhaseTimeout } from "./timed_out.ts";
import type { TimeoutInput } from "./timeouts.ts";

// Fault 19: a server whose response comes a byte at a time. No byte is late, all of them are.

/** What is sent at once, what in bytes, and what ends the response. */
interface Slow {
  readonly path: string;
  readonly begin: string;
  readonly bytes: string;
  readonly end: string;
}

/** Between two bytes, in ms. */
const PAUSE = 10;
/** Between two bytes it is never so long, even on a busy machine. */
const SILENCE = 1000;
/** What a response takes that does end. */
const SLOW = 1500;
/** Leaves time for what comes before the bytes, and is far less than those take. */
const LIMIT = 1000;

const LENGTH = 15_000;
const VALUE = "a".repeat(LENGTH);
const CHUNK = "1\r\na\r\n";

const OVER_H1: readonly Slow[] = [
  {
    path: "/head",
    begin: "HTTP/1.1 200 OK\r\nX: ",
    bytes: VALUE,
    end: "\r\nContent-Length: 2\r\n\r\nok",
  },
  {
    path: "/body",
    begin: `HTTP/1.1 200 OK\r\nContent-Length: ${LENGTH}\r\n\r\n`,
    bytes: VALUE,
    end: "",
  },
  {
    path: "/chunks",
    begin: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    bytes: CHUNK.repeat(LENGTH / CHUNK.length),
    end: "0\r\n\r\n",
  },
];

/** A frame of stream 1. */
function frame(type: number, flags: number, payload: string, length = payload.length): string {
  return String.fromCharCode(0, length >> 8, length & 255, type, flags, 0, 0, 0, 1) + payload;
}

const SETTINGS = "\0\0\0\x04\0\0\0\0\0";
/** `:status: 200`, and the head of a field `x` whose value has LENGTH bytes (RFC 7541 §5.1). */
const FIELDS = "\x88\0\x01x\x7f" +
  String.fromCharCode(0x80 | ((LENGTH - 127) & 127), (LENGTH - 127) >> 7);

const OVER_H2: readonly Slow[] = [
  {
    path: "/head",
    begin: SETTINGS + frame(1, 5, FIELDS, FIELDS.length + LENGTH),
    bytes: VALUE,
    end: "",
  },
  {
    path: "/body",
    begin: SETTINGS + frame(1, 4, "\x88") + frame(0, 1, "", LENGTH),
    bytes: VALUE,
    end: "",
  },
  {
    path: "/frames",
    begin: SETTINGS + frame(1, 4, "\x88"),
    bytes: frame(0, 0, "a").repeat(LENGTH / 10),
    end: frame(0, 1, ""),
  },
];

/** Sends a byte after the other for as long as `goes`, then all the rest. */
async function dribble(x: RawExchange, slow: Slow, goes: () => boolean): Promise<void> {
  await x.send(slow.begin);
  let at = 0;
  for (; at < slow.bytes.length && goes(); at++) {
    await x.send(slow.bytes[at]!);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  await x.send(slow.bytes.slice(at) + slow.end);
}

const VERSIONS: readonly (readonly [version: 1.1 | 2, cases: readonly Slow[]])[] = [
  [1.1, OVER_H1],
  [2, OVER_H2],
];

for (const [version, cases] of VERSIONS) {
  Deno.test(`19 HTTP/${version}: bytes that dribble don't put off the deadlines, which name the phase`, async () => {
    await Promise.all(cases.map(async (slow) => {
      let isOver = false;
      await using server = rawServer((x) => dribble(x, slow, () => !isOver));
      const phase = slow.path === "/head" ? "headers" : "body";
      const timeouts: TimeoutInput[] = [
        LIMIT,
        { attempt: LIMIT, receiving: "1m" },
        { total: LIMIT },
        { total: LIMIT, receiving: "1m" },
      ];
      const modes = ["bytes", "none"] as const;
      const calls = timeouts.flatMap((timeout) => modes.map((mode) => [timeout, mode] as const));
      await Promise.all(calls.map(async ([timeout, responseType]) => {
        await using client = new Client({ version, baseUrl: server.url, timeout });
        const { status, error } = await client.get(slow.path, { responseType });
        const what = `${slow.path}, ${JSON.stringify(timeout)}: ${error?.message}`;
        assert.deepEqual([status, error?.code], [0, "request_timeout"], what);
        assert.equal((error as HttpError).phase, phase, what);
        const isTotal = typeof timeout === "object" && timeout.total !== undefined;
        const limit = error instanceof PhaseTimeout ? error.limit : null;
        assert.equal(limit, isTotal ? "total" : null, what);
      }));
      isOver = true;
    }));
  });

  Deno.test(`19 HTTP/${version}: each byte ends the silence, so a slow response arrives`, async () => {
    await Promise.all(
      cases.flatMap((slow) =>
        (["bytes", "stream"] as const).map(async (responseType) => {
          let until = Infinity;
          await using server = rawServer((x) => {
            until = performance.now() + SLOW;
            return dribble(x, slow, () => performance.now() < until);
          });
          const timeout = { receiving: SILENCE };
          await using client = new Client({ version, baseUrl: server.url, timeout });
          const response = await client.get(slow.path, { responseType });
          const text = await response.text();
          assert.equal(response.status, 200, `${slow.path}: ${response.error?.message}`);
          if (slow.path !== "/head") assert.match(text, /^a+$/);
        })
      ),
    );
  });
}
