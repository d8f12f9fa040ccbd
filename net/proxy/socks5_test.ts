import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { isNetError } from "../_sockets_for_tests.ts";
import { NetError } from "../errors.ts";
import { randomFrom, readRest, ScriptedConn, tunnelOver } from "./_scripted_for_tests.ts";

const PROXY = "socks5h://proxy:1080";
const WITH_PASSWORD = "socks5h://user:pass@proxy:1080";
const BOUND = [0, 1, 127, 0, 0, 1, 4, 56];
const NO_AUTH = [5, 0];
const OK = [...NO_AUTH, 5, 0, ...BOUND];
const OK_WITH_PASSWORD = [5, 2, 1, 0, 5, 0, ...BOUND];

/** Asserts that an answer leads to an error, in whatever pieces it comes, and to a closed connection. */
async function assertRefused(
  answer: readonly number[],
  code: NetError["code"],
  message: RegExp,
  proxy: string = PROXY,
): Promise<void> {
  for (const step of [1, 2, 3, Infinity]) {
    const conn = new ScriptedConn(Uint8Array.from(answer), step);
    await assert.rejects(tunnelOver(conn, proxy), isNetError(code, "proxy", message));
    assert.equal(conn.closes, 1);
  }
}

Deno.test("SOCKS5 asks for an IP address as such, for a name by its length", async () => {
  const name = [...Buffer.from("example.org")];
  const targets: [string, number[]][] = [
    ["192.0.2.255", [1, 192, 0, 2, 255]],
    ["2001:db8::ff", [4, 0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 0xff]],
    ["::", [4, ...Array(16).fill(0)]],
    ["::ffff:192.0.2.1", [4, ...Array(10).fill(0), 255, 255, 192, 0, 2, 1]],
    ["example.org", [3, name.length, ...name]],
    ["bücher.example", [3, 21, ...Buffer.from("xn--bcher-kva.example")]],
    ["x".repeat(255), [3, 255, ...Buffer.from("x".repeat(255))]],
  ];
  for (const [host, bytes] of targets) {
    const conn = new ScriptedConn(Uint8Array.from(OK));
    assert.equal(await tunnelOver(conn, PROXY, { host, port: 0x1234 }), conn);
    assert.deepEqual(conn.written, [5, 1, 0, 5, 1, 0, ...bytes, 0x12, 0x34]);
  }
});

Deno.test("SOCKS5 offers a password next to nothing, and sends it when asked to", async () => {
  const asked = new ScriptedConn(Uint8Array.from(OK_WITH_PASSWORD));
  await tunnelOver(asked, "socks5://%C3%BC:p%3A%00@proxy", { host: "192.0.2.1", port: 1 });
  assert.deepEqual(
    asked.written,
    [5, 2, 0, 2, 1, 2, 0xc3, 0xbc, 3, 0x70, 0x3a, 0, 5, 1, 0, 1, 192, 0, 2, 1, 0, 1],
  );
  const notAsked = new ScriptedConn(Uint8Array.from(OK));
  await tunnelOver(notAsked, WITH_PASSWORD, { host: "192.0.2.1", port: 1 });
  assert.deepEqual(notAsked.written, [5, 2, 0, 2, 5, 1, 0, 1, 192, 0, 2, 1, 0, 1]);
});

Deno.test("the answer of a SOCKS5 proxy may be split anywhere, what follows is the target's", async () => {
  const answers: [string, number[]][] = [
    [PROXY, OK],
    [WITH_PASSWORD, OK_WITH_PASSWORD],
    [PROXY, [...NO_AUTH, 5, 0, 0, 3, 2, 97, 98, 0, 0]],
    [PROXY, [...NO_AUTH, 5, 0, 0, 4, ...Array(16).fill(7), 0, 0]],
  ];
  for (const [proxy, answer] of answers) {
    for (let step = 1; step <= answer.length + 5; step++) {
      const conn = new ScriptedConn(Uint8Array.from([...answer, ...Buffer.from("hello")]), step);
      assert.equal(await tunnelOver(conn, proxy), conn);
      assert.equal(await readRest(conn), "hello");
      assert.equal(conn.closes, 0);
    }
  }
});

Deno.test("each refusal of a SOCKS5 proxy is proxy_refused, in words", async () => {
  const words = [
    /: general failure$/,
    /: its rules don't allow the connection$/,
    /: network unreachable$/,
    /: host unreachable$/,
    /: connection refused$/,
    /: time to live expired$/,
    /: it doesn't know the command$/,
    /: it doesn't know the type of address$/,
    /: it answered 0x09$/,
  ];
  for (const [index, word] of words.entries()) {
    const reply = [...NO_AUTH, 5, index + 1];
    await assertRefused([...reply, ...BOUND], "proxy_refused", word);
    await assertRefused(reply, "proxy_refused", word); // Some say no more.
  }
  await assertRefused([...NO_AUTH, 5, 255], "proxy_refused", /: it answered 0xff$/);
});

Deno.test("a SOCKS5 proxy that wants other credentials is proxy_auth", async () => {
  await assertRefused([5, 255], "proxy_auth", /give it a username and a password$/);
  await assertRefused([5, 255], "proxy_auth", /takes neither/, WITH_PASSWORD);
  await assertRefused([5, 2, 1, 1], "proxy_auth", /didn't accept the user name/, WITH_PASSWORD);
});

Deno.test("an answer that isn't SOCKS5 is proxy_malformed", async () => {
  await assertRefused([4, 0], "proxy_malformed", /no SOCKS5 proxy, its answer begins with 0x04$/);
  await assertRefused([...Buffer.from("HTTP/1.1 400")], "proxy_malformed", /begins with 0x48$/);
  await assertRefused([5, 2], "proxy_malformed", /method 0x02, which was not offered$/);
  await assertRefused([5, 1], "proxy_malformed", /method 0x01/, WITH_PASSWORD);
  await assertRefused([5, 2, 5, 0], "proxy_malformed", /as version 5$/, WITH_PASSWORD);
  await assertRefused([5, 0, 0, 0, 0, 1], "proxy_malformed", /as version 0$/);
  await assertRefused([5, 0, 5, 0, 0, 2], "proxy_malformed", /type 0x02$/);
  await assertRefused([5, 0, 5, 0, 0, 3, 0, 0, 0], "proxy_malformed", /empty name$/);
});

Deno.test("the end of the connection at any point of a SOCKS5 answer is proxy_malformed", async () => {
  for (const [proxy, answer] of [[PROXY, OK], [WITH_PASSWORD, OK_WITH_PASSWORD]] as const) {
    for (let length = 0; length < answer.length; length++) {
      await assertRefused(answer.slice(0, length), "proxy_malformed", /before its answer/, proxy);
    }
  }
});

Deno.test("whatever a SOCKS5 proxy answers, there is a tunnel or a typed error", async () => {
  const seed = Date.now() % 2 ** 31;
  const random = randomFrom(seed);
  const valid = [OK, OK_WITH_PASSWORD];
  for (let round = 0; round < 2000; round++) {
    const answer = [...valid[round % 2]!];
    for (let change = 0; change < 3; change++) {
      const at = Math.floor(random() * answer.length);
      const what = random();
      if (what < 0.5) answer[at] = Math.floor(random() * (random() < 0.5 ? 6 : 256));
      else if (what < 0.7) answer.splice(at);
    }
    const conn = new ScriptedConn(Uint8Array.from(answer), 1 + Math.floor(random() * 8));
    const about = `seed ${seed}, round ${round}: ${answer}`;
    try {
      await tunnelOver(conn, WITH_PASSWORD);
      assert.equal(conn.closes, 0, about);
    } catch (error) {
      assert.ok(error instanceof NetError && error.code.startsWith("proxy_"), about);
      assert.equal(conn.closes, 1, about);
    }
  }
});
