import assert from "node:assert/strict";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { startTarget } from "../../targets/mod.ts";
import { runScript } from "../_run_for_tests.ts";
import { issue, makeAuthority, readAuthority } from "./certificate.ts";
import { startRecorder } from "./proxy.ts";
import { recordedScript } from "./script.ts";

/** What a raw connection to a port answers. */
function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => answer += String(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
    socket.write(text);
  });
}

Deno.test("requests pass unchanged, and become a script", async () => {
  await using target = startTarget();
  await using recorder = await startRecorder({ port: 0, authority: null });
  using client = Deno.createHttpClient({ proxy: { url: `http://127.0.0.1:${recorder.port}` } });
  const first = await fetch(`${target.url}/get?a=1`, {
    client,
    headers: { "X-Own": "1", "Sec-Fetch-Mode": "navigate" },
  });
  const { args, headers } = await first.json();
  assert.deepEqual(args, { a: "1" });
  assert.equal(headers["x-own"], "1");
  const second = await fetch(`${target.url}/post`, {
    method: "POST",
    body: JSON.stringify({ big: "x".repeat(200_000) }),
    headers: { "Content-Type": "application/json" },
    client,
  });
  assert.equal((await second.json()).json.big.length, 200_000);
  const packed = await fetch(`${target.url}/gzip`, { client });
  assert.equal((await packed.json()).gzipped, true);
  const { script } = await recordedScript(recorder.exchanges, recorder.notes, {});
  const { calls, checks } = await runScript(script);
  assert.deepEqual(calls.map(({ method, url }) => `${method} ${url}`), [
    "GET /get?a=1",
    "POST /post",
    "GET /gzip",
  ]);
  assert.deepEqual(Object.keys(calls[1]!.options), ["json"]);
  assert.deepEqual(checks[0], "GET /get is 200");
});

Deno.test("what is no request to a proxy is told so; what can't be reached is 502", async () => {
  await using recorder = await startRecorder({ port: 0, authority: null });
  const { port } = recorder;
  const end = "Host: x\r\nConnection: close\r\n\r\n";
  assert.match(
    await ask(port, `GET / HTTP/1.1\r\n${end}`),
    /^HTTP\/1\.1 400 [^]*This is a proxy of downpour record/,
  );
  assert.match(
    await ask(port, `GET http://127.0.0.1:1/ HTTP/1.1\r\n${end}`),
    /^HTTP\/1\.1 502 [^]*127\.0\.0\.1:1 can't be reached/,
  );
  assert.match(await ask(port, `CONNECT a.example:99999 HTTP/1.1\r\n${end}`), /^HTTP\/1\.1 400 /);
  assert.deepEqual(recorder.exchanges.map(({ status }) => status), [0]);
  await assert.rejects(recordedScript(recorder.exchanges, [], {}), { code: "import_empty" });
  await assert.rejects(recordedScript([], [], {}), { code: "import_empty" });
  await assert.rejects(startRecorder({ port, authority: null }), { code: "recorder_failed" });
});

Deno.test("HTTPS is read where the client trusts the authority, and passes unread elsewhere", async () => {
  const made = await makeAuthority();
  const authority = await readAuthority(made);
  const { cert, key } = await issue(authority, "localhost");
  const server = createServer({ cert, key }, (request, response) => {
    response.setHeader("Set-Cookie", ["sid=1; Path=/", "b=2"]);
    response.end(`secure ${request.method} ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  try {
    for (const hosts of [undefined, ["other.example"]]) {
      await using recorder = await startRecorder({ port: 0, authority, hosts, trust: made.cert });
      using client = Deno.createHttpClient({
        proxy: { url: `http://127.0.0.1:${recorder.port}` },
        caCerts: [made.cert],
      });
      const response = await fetch(`https://localhost:${port}/a?b=1`, { client });
      assert.equal(await response.text(), "secure GET /a?b=1");
      if (hosts === undefined) {
        const [exchange] = recorder.exchanges;
        assert.equal(exchange!.url, `https://localhost:${port}/a?b=1`);
        assert.deepEqual(exchange!.cookiesSet, ["sid", "b"]);
      } else {
        assert.deepEqual(recorder.exchanges, []);
        assert.deepEqual(recorder.notes, [`https://localhost:${port}: passed unread`]);
      }
    }
  } finally {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
});
