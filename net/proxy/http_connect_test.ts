import assert from "node:assert/strict";
import { ProxyAuthError } from "./auth_error.ts";
import { isNetError } from "../_sockets_for_tests.ts";
import { NetError } from "../errors.ts";
import { randomFrom, readRest, ScriptedConn, tunnelOver } from "./_scripted_for_tests.ts";

const OK = "HTTP/1.1 200 Connection established\r\n\r\n";

/** Asserts that an answer leads to an error, in whatever pieces it comes, and to a closed connection. */
async function assertRefused(
  answer: string,
  code: NetError["code"],
  message: RegExp,
  option: Parameters<typeof tunnelOver>[1] = "proxy:3128",
): Promise<void> {
  for (const step of [1, 2, 3, 7, Infinity]) {
    const conn = new ScriptedConn(answer, step);
    await assert.rejects(tunnelOver(conn, option), isNetError(code, "proxy", message));
    assert.equal(conn.closes, 1);
  }
}

Deno.test("CONNECT names the target in the request line and in Host", async () => {
  const hosts = [
    ["example.org", "example.org:443"],
    ["192.0.2.1", "192.0.2.1:443"],
    ["2001:db8::1", "[2001:db8::1]:443"],
    ["bücher.example", "xn--bcher-kva.example:443"],
  ] as const;
  for (const [host, authority] of hosts) {
    const conn = new ScriptedConn(OK);
    await tunnelOver(conn, "proxy:3128", { host, port: 443 });
    assert.equal(conn.text, `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  }
});

Deno.test("CONNECT carries credentials as Basic in UTF-8, and the headers that were asked for", async () => {
  const conn = new ScriptedConn(OK);
  const headers = { "X-Team": "späti", "User-Agent": "test" };
  await tunnelOver(conn, { url: "http://t%C3%A4st:p%40ss%3A@proxy", headers });
  const basic = btoa(String.fromCharCode(...new TextEncoder().encode("täst:p@ss:")));
  assert.deepEqual(conn.text.split("\r\n").slice(2), [
    `Proxy-Authorization: Basic ${basic}`,
    "X-Team: späti",
    "User-Agent: test",
    "",
    "",
  ]);
});

Deno.test("a host that could change the request is refused before anything is sent", async () => {
  for (
    const host of ["a\r\nX: y", "a b", "a/b", "ä/b", "ä@b", "a:1", "", "a\0b", "x".repeat(300)]
  ) {
    const conn = new ScriptedConn(OK);
    await assert.rejects(
      tunnelOver(conn, "proxy:3128", { host, port: 443 }),
      isNetError("address_invalid", "proxy"),
    );
    assert.deepEqual([conn.text, conn.closes], ["", 1]);
  }
});

Deno.test("after any 2xx the connection is the target's, wherever the answer is split", async () => {
  const answers = [
    OK,
    "HTTP/1.0 200\r\n\r\n",
    "HTTP/1.1 299 \r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nVia:\r\n\r\n",
  ];
  for (const answer of answers) {
    for (const rest of ["", "S", "SSH-2.0-server\r\n\r\n"]) {
      for (let step = 1; step <= answer.length + rest.length; step++) {
        const conn = new ScriptedConn(answer + rest, step);
        const through = await tunnelOver(conn, "proxy:3128");
        assert.equal(await readRest(through), rest);
        assert.equal(conn.closes, 0);
      }
    }
  }
});

Deno.test("without early bytes the tunnel is the very connection", async () => {
  const conn = new ScriptedConn(OK);
  assert.equal(await tunnelOver(conn, "proxy:3128"), conn);
});

Deno.test("early bytes don't change how the tunnel is written to and closed", async () => {
  const conn = new ScriptedConn(`${OK}early`);
  const through = await tunnelOver(conn, "proxy:3128");
  assert.notEqual(through, conn);
  conn.written.length = 0;
  assert.equal(await through.write(Uint8Array.of(65, 66)), 2);
  await through.closeWrite();
  through.ref();
  through.unref();
  through.close();
  assert.deepEqual([conn.text, conn.closes], ["AB", 1]);
});

Deno.test("407 has the proxy's challenges, for who can answer them", async () => {
  const answer = 'HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm="a", nonce="b"\r\n' +
    "WWW-Authenticate: Basic\r\nProxy-Authenticate: Basic\r\n\r\n";
  await assert.rejects(tunnelOver(new ScriptedConn(answer), "proxy:3128"), (error) => {
    assert.ok(error instanceof ProxyAuthError, String(error));
    assert.deepEqual(error.challenges, ['Digest realm="a", nonce="b"', "Basic"]);
    return error.code === "proxy_auth" && error.phase === "proxy";
  });
});

Deno.test("407 is proxy_auth, and names the schemes that the proxy asks for", async () => {
  const answer = "HTTP/1.1 407 Proxy Authentication Required\r\n" +
    'Proxy-Authenticate: Digest realm="a, Fake b", nonce = "c", Basic realm="d"\r\n' +
    "PROXY-AUTHENTICATE:Negotiate\r\nContent-Length: 9\r\n\r\nForbidden";
  const schemes = String.raw`\(Digest, Basic, Negotiate\)`;
  const begin = "^tunnel through proxy:3128 to example.org:443 failed: the proxy ";
  await assertRefused(answer, "proxy_auth", new RegExp(`${begin}asks for credentials ${schemes}`));
  await assertRefused(
    answer,
    "proxy_auth",
    new RegExp(`${begin}didn't accept the credentials.*${schemes}`),
    "http://user:secret@proxy:3128",
  );
  await assertRefused("HTTP/1.1 407 No\r\n\r\n", "proxy_auth", /without saying which/);
  const mistaken = "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n";
  await assertRefused(mistaken, "proxy_auth", /\(Basic\)/);
});

Deno.test("any other status is proxy_refused, with what the proxy says", async () => {
  await assertRefused(
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno",
    "proxy_refused",
    /^tunnel through proxy:3128 to example.org:443 failed: the proxy answered 503 Service Unavail/,
  );
  await assertRefused("HTTP/1.1 302\r\nLocation: x\r\n\r\n", "proxy_refused", /answered 302$/);
  await assertRefused(
    `HTTP/1.1 400 \x80\t${"x".repeat(1000)}\r\n\r\n`,
    "proxy_refused",
    /answered 400 ��x{198}$/,
  );
});

Deno.test("an answer that isn't HTTP is proxy_malformed as soon as that is plain", async () => {
  const answers = [
    "SSH-2.0-OpenSSH_9.2\r\n",
    "\x15\x03\x01\x00\x02\x02\x46",
    "HTTP/2.0 200 OK\r\n\r\n",
    "HTTP/1.1  200 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 099 OK\r\n\r\n",
    "HTTP/1.1 600 OK\r\n\r\n",
    "HTTP/1.1 200OK\r\n\r\n",
    "HTTP/1.1 200 OK\n\n",
    "HTTP/1.1 200 O\0K\r\n\r\n",
    "HTTP/1.1 200 O\rK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
    "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
    "HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
    "HTTP/1.1 200 OK\r\nA: b\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  ];
  for (const answer of answers) await assertRefused(answer, "proxy_malformed", /failed: it/);
});

Deno.test("text that isn't HTTP isn't waited for any longer", async () => {
  const conn = new ScriptedConn("S".repeat(1000), 1);
  await assert.rejects(tunnelOver(conn, "proxy:3128"), isNetError("proxy_malformed", "proxy"));
  assert.equal(conn.taken, 1);
});

Deno.test("the end of the connection at any point of the answer is proxy_malformed", async () => {
  const answer = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n";
  for (let length = 0; length < answer.length; length++) {
    await assertRefused(answer.slice(0, length), "proxy_malformed", /closed .* before its answer/);
  }
});

Deno.test("a head that doesn't end is given up at 64 KiB", async () => {
  const line = "X-Filler: 0123456789\r\n";
  const endless = [
    `HTTP/1.1 200 OK\r\n${line.repeat(50_000)}`,
    `HTTP/1.1 200 ${"x".repeat(1024 * 1024)}`,
    `HTTP/1.1 200 OK\r\nA: ${"x".repeat(1024 * 1024)}`,
  ];
  for (const answer of endless) {
    const conn = new ScriptedConn(answer, 1000);
    await assert.rejects(
      tunnelOver(conn, "proxy:3128"),
      isNetError("proxy_malformed", "proxy", /head of more than 65536 bytes$/),
    );
    assert.ok(conn.taken <= 65536 + 2000, `${conn.taken} bytes were read`);
    assert.equal(conn.closes, 1);
  }
});

Deno.test("a head of exactly 64 KiB is taken, one byte more is not", async () => {
  const begin = "HTTP/1.1 200 OK\r\nA: ";
  const filler = 65536 - begin.length - 4;
  const fits = new ScriptedConn(`${begin}${"x".repeat(filler)}\r\n\r\nrest`, 999);
  assert.equal(await readRest(await tunnelOver(fits, "proxy:3128")), "rest");
  const over = new ScriptedConn(`${begin}${"x".repeat(filler + 1)}\r\n\r\nrest`, 999);
  await assert.rejects(tunnelOver(over, "proxy:3128"), isNetError("proxy_malformed"));
});

Deno.test("a hundred interim answers are skipped, more are too many", async () => {
  const interim = "HTTP/1.1 102 Processing\r\n\r\n";
  const conn = new ScriptedConn(interim.repeat(100) + OK);
  assert.equal(await tunnelOver(conn, "proxy:3128"), conn);
  await assertRefused(interim.repeat(101) + OK, "proxy_malformed", /more than 100 times/);
});

Deno.test("whatever a proxy answers, there is a tunnel or a typed error and a closed connection", async () => {
  const seed = Date.now() % 2 ** 31;
  const random = randomFrom(seed);
  const pieces = [
    "HTTP/1.1 ",
    "200 OK",
    "407 x",
    "100 ",
    "\r\n",
    "\r\n\r\n",
    "\n",
    "A: b",
    ": ",
    "\0",
  ];
  for (let round = 0; round < 2000; round++) {
    let answer = random() < 0.7 ? "HTTP/1.1 " : "";
    while (random() < 0.85) {
      answer += random() < 0.9
        ? pieces[Math.floor(random() * pieces.length)]
        : String.fromCharCode(Math.floor(random() * 256));
    }
    const conn = new ScriptedConn(answer, 1 + Math.floor(random() * 20));
    const about = `seed ${seed}, round ${round}: ${JSON.stringify(answer)}`;
    try {
      const rest = await readRest(await tunnelOver(conn, "http://u:hunter2@proxy:3128"));
      assert.ok(answer.endsWith(rest) && conn.closes === 0, about);
    } catch (error) {
      assert.ok(error instanceof NetError && error.code.startsWith("proxy_"), about);
      assert.ok(!/hunter2|aHVudGVyMg|dTpodW50ZXIy/.test(Deno.inspect(error)), about);
      assert.equal(conn.closes, 1, about);
    }
  }
});
