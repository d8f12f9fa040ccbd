import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import {
  accepting,
  freePort,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { TCP } from "../../net/mod.ts";
import { get, OPTIONS, send, textOf } from "./_raw_h2_server_for_tests.ts";
import type { H2Request } from "./request.ts";
import { Session } from "./session.ts";

const MEGABYTES_5 = 5 * 1024 * 1024;

/** A server of Node's without TLS, and a session to it by prior knowledge. */
async function withNode(
  settings: { maxConcurrentStreams?: number },
  onStream: (stream: ServerHttp2Stream, path: string) => void,
  run: (session: Session) => Promise<void>,
): Promise<void> {
  const server = createServer({ settings });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {}); // Those that a test makes.
    onStream(stream, headers[":path"]!);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const socket = await TCP.open(`127.0.0.1:${port}`);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const session = new Session(socket, "http://node", OPTIONS, () => resolve());
  try {
    await run(session);
  } finally {
    session.close();
    await closed;
    await new Promise((resolve) => server.close(resolve));
  }
}

Deno.test("node:http2: 5 MB go up and down, by body and by stream", () =>
  withNode({}, (stream) => {
    stream.respond({ ":status": 200 });
    stream.pipe(stream);
  }, async (session) => {
    const body = new Uint8Array(MEGABYTES_5).map((_, i) => i * 7);
    const lane = await send(session, get("/", { method: "POST", body }));
    assert.ok(Buffer.compare(lane.body, body) === 0);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < body.length; at += 100_000) {
        yield await Promise.resolve(body.subarray(at, at + 100_000));
      }
    }
    const streamed = await send(session, get("/", { method: "POST", stream: pieces() }), "stream");
    const chunks: Uint8Array[] = [];
    for (let chunk = await streamed.chunk(); chunk !== null; chunk = await streamed.chunk()) {
      chunks.push(chunk);
    }
    assert.ok(Buffer.compare(Buffer.concat(chunks), body) === 0);
  }));

Deno.test("node:http2: 200 requests share the ten places that the server has", () => {
  let open = 0;
  let most = 0;
  return withNode({ maxConcurrentStreams: 10 }, (stream, path) => {
    most = Math.max(most, ++open);
    stream.once("close", () => open--);
    stream.respond({ ":status": 200 });
    setTimeout(() => stream.end(path), 1);
  }, async (session) => {
    await send(session); // The server's SETTINGS are here with its answer.
    assert.equal(session.room, 10);
    let next = 0;
    const users = Array.from({ length: 10 }, async () => {
      while (next < 200) {
        const path = `/${next++}`;
        assert.equal(textOf((await send(session, get(path))).body), path);
      }
    });
    await Promise.all(users);
    assert.ok(most <= 10 && most > 1);
  });
});

Deno.test("node:http2: trailers, many fields, and a stream that the server ends badly", () =>
  withNode({}, (stream, path) => {
    if (path === "/bad") return stream.close(2);
    const fields = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`x-${i}`, "v".repeat(i)]),
    );
    stream.respond({ ":status": 200, ...fields }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "yes" }));
    stream.end("body");
  }, async (session) => {
    for (let round = 0; round < 3; round++) {
      const lane = await send(session);
      assert.match(textOf(lane.head), /\r\nx-299: v{299}\r\n/);
      assert.equal(textOf(lane.trailers), "x-end: yes\r\n\r\n");
      await assert.rejects(send(session, get("/bad")), { code: "h2_stream", errorCode: 2 });
    }
  }));

Deno.test("a process may end although its connection is open", () =>
  withNode({}, (stream) => {
    stream.respond({ ":status": 200 });
    setTimeout(() => stream.end(), 50); // While it waits for this, it may not.
  }, async ({ socket }) => {
    const script = new URL("testdata/get.ts", import.meta.url).pathname;
    const url = `http://127.0.0.1:${socket.remoteAddress!.port}/`;
    const { code, stdout } = await new Deno.Command("deno", {
      args: ["run", "--no-prompt", "--no-lock", "--allow-net=127.0.0.1", script, url, "leave"],
      stderr: "null",
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "200\n");
    assert.equal(code, 0);
  }));

/** A session over TLS to a program on this machine. */
async function withTls(
  start: (port: number) => { command: string; files: Record<string, string> },
  run: (
    session: Session,
    request: (path: string, more?: Partial<H2Request>) => H2Request,
  ) => Promise<void>,
): Promise<void> {
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue(["DNS:localhost"]);
  const port = freePort();
  const { command, files } = start(port);
  await using _program = await startProgram(
    command,
    { "cert.pem": cert, "key.pem": key, "hello.txt": "hello", ...files },
    () => accepting(port),
  );
  const socket = await TCP.open(`localhost:${port}`, {
    tls: { alpn: ["h2", "http/1.1"], caCerts: [authority.cert] },
  });
  assert.equal(socket.tls?.alpn, "h2");
  const session = new Session(socket, `https://localhost:${port}`, OPTIONS, () => {});
  const authorityName = `localhost:${port}`;
  try {
    await run(
      session,
      (path, more) => get(path, { scheme: "https", authority: authorityName, ...more }),
    );
  } finally {
    session.close();
  }
}

const nginx = (port: number) => ({
  command: 'exec nginx -e "$0/error.log" -p "$0" -c "$0/nginx.conf"',
  files: {
    "nginx.conf": `daemon off; master_process off; pid $FOLDER/pid; events {}
      http {
        access_log off; client_body_temp_path $FOLDER/body; proxy_temp_path $FOLDER/proxy;
        fastcgi_temp_path $FOLDER/f; uwsgi_temp_path $FOLDER/u; scgi_temp_path $FOLDER/s;
        client_max_body_size 10m; keepalive_requests 1000;
        server {
          listen 127.0.0.1:${port} ssl http2; root $FOLDER;
          ssl_certificate $FOLDER/cert.pem; ssl_certificate_key $FOLDER/key.pem;
          location = /big { return 200 "${"x".repeat(1000)}"; }
          location = /up { client_body_in_single_buffer on; proxy_pass https://127.0.0.1:${port}/take; }
          location = /take { return 200 "taken"; }
        }
      }`,
  },
});

const nghttpd = (port: number) => ({
  command: `exec nghttpd --echo-upload -d "$0" ${port} "$0/key.pem" "$0/cert.pem"`,
  files: {},
});

await programTest(
  ["openssl", "nginx"],
  "nginx: requests over TLS, many at a time",
  () =>
    withTls(nginx, async (session, request) => {
      const lanes = await Promise.all(
        Array.from({ length: 100 }, () => send(session, request("/hello.txt"))),
      );
      assert.deepEqual(new Set(lanes.map((lane) => textOf(lane.body))), new Set(["hello"]));
      assert.match(textOf(lanes[0]!.head), /^HTTP\/2\.0 200 \r\nserver: nginx/);
      const missing = await send(session, request("/none"));
      assert.equal(missing.status, 404);
      const empty = await send(session, request("/hello.txt", { method: "HEAD" }));
      assert.match(textOf(empty.head), /content-length: 5/);
    }),
);

await programTest(
  ["openssl", "nginx"],
  "nginx: its last request on a connection is told by GOAWAY",
  () =>
    withTls(nginx, async (session, request) => {
      let served = 0;
      while (session.room > 0) {
        await send(session, request("/hello.txt"));
        served++;
      }
      assert.equal(served, 1000);
      assert.equal(session.usable, false);
    }),
);

await programTest(
  ["openssl", "nghttpd"],
  "nghttpd: 5 MB up and down over TLS",
  () =>
    withTls(nghttpd, async (session, request) => {
      assert.equal(textOf((await send(session, request("/hello.txt"))).body), "hello");
      const body = new Uint8Array(MEGABYTES_5).map((_, i) => i * 7);
      const lane = await send(session, request("/", { method: "POST", body }));
      assert.equal(lane.status, 200);
      assert.ok(Buffer.compare(lane.body, body) === 0);
    }),
);
