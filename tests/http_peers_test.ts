import assert from "node:assert/strict";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { Client } from "../http/mod.ts";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import {
  accepting,
  freePort,
  type Program,
  programTest,
  startProgram,
} from "../internal/programs_for_tests.ts";
import { answerPeer, assertContract, SIZES, textOf } from "./_http_peers_for_tests.ts";

// The client against servers that others made: each has to do the same for it.

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };

function startDeno(secure: boolean): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  return Deno.serve(secure ? { ...options, ...leaf } : options, answerPeer);
}

Deno.test("Deno.serve: the contract, over HTTP/1.1 and HTTP/2, plain and in TLS", async () => {
  await using plain = startDeno(false);
  await using secure = startDeno(true);
  const peers = [
    [`http://127.0.0.1:${plain.addr.port}`, 1.1, "HTTP/1.1"],
    [`http://127.0.0.1:${plain.addr.port}`, 2, "HTTP/2.0"],
    [`https://localhost:${secure.addr.port}`, 1.1, "HTTP/1.1"],
    [`https://localhost:${secure.addr.port}`, 2, "HTTP/2.0"],
  ] as const;
  for (const [url, version, protocol] of peers) {
    await assertContract({ url, protocol, options: { tls, version }, isProgrammed: true });
  }
});

/** What Node's servers get, as `answerPeer` takes it. */
async function webRequest(
  method: string,
  path: string,
  body: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<Request> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const content = method === "POST" ? { body: new Blob(chunks) } : {};
  return new Request(`http://peer${path}`, { method, ...content });
}

/** Node's server for HTTP/2 as a peer; `/trailers` has some. */
async function startNodeH2(secure: boolean): Promise<AsyncDisposable & { port: number }> {
  const server = secure ? http2.createSecureServer(leaf) : http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", async (stream, fields) => {
    stream.on("error", () => {}); // A client that gave up.
    const path = fields[":path"]!;
    if (path === "/trailers") {
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "5" }));
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.end("hello");
      return;
    }
    const method = fields[":method"]!;
    const { status, headers, body } = await answerPeer(await webRequest(method, path, stream));
    stream.respond({ ":status": status, ...Object.fromEntries(headers) });
    if (method !== "HEAD" && body !== null) {
      for await (const chunk of body) stream.write(chunk);
    } else await body?.cancel();
    stream.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

Deno.test("Node's http2: the contract, in TLS and as h2c, and trailers", async () => {
  for (const secure of [true, false]) {
    await using server = await startNodeH2(secure);
    const url = secure ? `https://localhost:${server.port}` : `http://127.0.0.1:${server.port}`;
    await using client = new Client({ tls, version: 2 });
    const response = await client.get(`${url}/trailers`);
    assert.equal(await response.text(), "hello", response.error?.message);
    assert.equal(response.trailers.get("x-sum"), "5");
    await assertContract({
      url,
      options: { tls, version: 2 },
      protocol: "HTTP/2.0",
      isProgrammed: true,
    });
  }
});

/** Node's server for HTTP/1.1 as a peer; `/trailers` has some. */
async function startNodeH1(secure: boolean): Promise<AsyncDisposable & { port: number }> {
  const answer: http.RequestListener = async (incoming, outgoing) => {
    outgoing.on("error", () => {}); // A client that gave up.
    const { method = "GET", url = "/" } = incoming;
    if (url === "/trailers") {
      outgoing.writeHead(200, { trailer: "x-sum" });
      outgoing.write("hello");
      outgoing.addTrailers({ "x-sum": "5" });
      outgoing.end();
      return;
    }
    const { status, headers, body } = await answerPeer(await webRequest(method, url, incoming));
    outgoing.writeHead(status, Object.fromEntries(headers));
    for await (const chunk of body ?? []) outgoing.write(chunk);
    outgoing.end();
  };
  const server = secure ? https.createServer(leaf, answer) : http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

Deno.test("Node's http and https: the contract, and trailers", async () => {
  for (const secure of [false, true]) {
    await using server = await startNodeH1(secure);
    const url = secure ? `https://localhost:${server.port}` : `http://127.0.0.1:${server.port}`;
    await using client = new Client({ tls });
    const response = await client.get(`${url}/trailers`);
    assert.equal(await response.text(), "hello", response.error?.message);
    assert.equal(response.trailers.get("x-sum"), "5");
    await assertContract({ url, options: { tls }, protocol: "HTTP/1.1", isProgrammed: true });
  }
});

/** @param limits more of its settings */
function startNginx(
  port: number,
  tlsPort: number,
  backend: number,
  limits: string,
): Promise<Program> {
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path $FOLDER/${name};`).join(" ");
  const conf = `daemon off; pid $FOLDER/pid; error_log $FOLDER/error.log; worker_processes 1;
events { worker_connections 512; }
http {
  access_log off; ${temps} client_max_body_size 10m; default_type text/plain;
  ${limits}
  gzip on; gzip_types text/plain; gzip_proxied any; gzip_http_version 1.0;
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl http2;
    ssl_certificate $FOLDER/cert.pem; ssl_certificate_key $FOLDER/key.pem;
    location / {
      proxy_pass http://127.0.0.1:${backend};
      proxy_http_version 1.1; proxy_request_buffering off;
    }
  }
}
`;
  return startProgram(
    'chmod 777 "$0"; exec nginx -p "$0" -c "$0/nginx.conf"', // Started by root, it becomes somebody.
    { "nginx.conf": conf, "cert.pem": leaf.cert, "key.pem": leaf.key },
    async () => await accepting(port) && await accepting(tlsPort),
  );
}

await programTest(["nginx"], "nginx: the contract over HTTP/1.1 and HTTP/2, gzip", async () => {
  await using backend = startDeno(false);
  const [port, tlsPort] = [freePort(), freePort()];
  await using _nginx = await startNginx(port, tlsPort, backend.addr.port, "");
  const peers = [
    [`http://127.0.0.1:${port}`, 1.1, "HTTP/1.1"],
    [`https://localhost:${tlsPort}`, 1.1, "HTTP/1.1"],
    [`https://localhost:${tlsPort}`, 2, "HTTP/2.0"],
  ] as const;
  for (const [url, version, protocol] of peers) {
    for (const headers of [{}, { "Accept-Encoding": "gzip" }]) {
      const options = { tls, version, headers };
      await assertContract({ url, protocol, options, isProgrammed: true });
    }
    await using client = new Client({ tls, version, headers: { "Accept-Encoding": "gzip" } });
    const packed = await client.get(`${url}/bytes-65536`);
    assert.equal(packed.headers.get("content-encoding"), "gzip");
    assert.equal(await packed.text(), textOf(65_536));
  }
});

await programTest(
  ["nginx"],
  "nginx: few requests a connection and few at once lose none",
  async () => {
    await using backend = startDeno(false);
    const [port, tlsPort] = [freePort(), freePort()];
    const limits = "keepalive_requests 20; http2_max_concurrent_streams 8;";
    await using _nginx = await startNginx(port, tlsPort, backend.addr.port, limits);
    const url = `https://localhost:${tlsPort}`;
    for (const version of [1.1, 2] as const) {
      await using client = new Client({ tls, version, baseUrl: url });
      for (let i = 0; i < 70; i++) {
        const { status, error } = await client.get("/bytes-1");
        assert.equal(status, 200, error?.message);
      }
      const calls = Array.from({ length: 100 }, () => client.post("/bytes-1", { body: "x" }));
      const failed = (await Promise.all(calls)).filter(({ status }) => status !== 200);
      assert.equal(failed.length, 0, failed[0]?.error?.message);
    }
  },
);

function startNghttpd(port: number, secure: boolean): Promise<Program> {
  const files = Object.fromEntries(SIZES.map((size) => [`bytes-${size}`, textOf(size)]));
  const options = `-a 127.0.0.1 -d "$0" --echo-upload --trailer "x-sum: 5" ${port}`;
  return startProgram(
    secure
      ? `exec nghttpd ${options} "$0/key.pem" "$0/cert.pem"`
      : `exec nghttpd --no-tls ${options}`,
    { ...files, "cert.pem": leaf.cert, "key.pem": leaf.key },
    () => accepting(port),
  );
}

await programTest(
  ["nghttpd"],
  "nghttpd: the contract, in TLS and as h2c, and trailers",
  async () => {
    for (const secure of [true, false]) {
      const port = freePort();
      await using _nghttpd = await startNghttpd(port, secure);
      const url = `${secure ? "https" : "http"}://localhost:${port}`;
      const options = { tls, version: 2 } as const;
      await assertContract({ url, options, protocol: "HTTP/2.0", isProgrammed: false });
      await using client = new Client(options);
      for (const responseType of ["bytes", "stream"] as const) {
        const response = await client.get(`${url}/bytes-65536`, { responseType });
        assert.equal((await response.text()).length, 65_536);
        assert.equal(response.trailers.get("x-sum"), "5");
      }
    }
  },
);
