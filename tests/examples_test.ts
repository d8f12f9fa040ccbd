import assert from "node:assert/strict";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { run, type RunResult } from "@downpour/downpour";
import { startEcho, startTarget } from "@downpour/downpour/targets";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { startBehindBalancer, startDns, startProxy } from "./_example_servers_for_tests.ts";

// Every example runs against real servers, in processes as a user's would. One without a case here
// fails.

/** What an example is run with, and what must come of it. */
interface Setting {
  readonly env: Record<string, string>;
  readonly allowUnix?: readonly string[];
  readonly allowRead?: readonly string[];
  readonly expect: (result: RunResult, logs: readonly string[]) => void;
}

/** Starts what the example needs; `stack` ends it. */
type Prepare = (stack: AsyncDisposableStack) => Setting | Promise<Setting>;

const CASES: Record<string, Prepare> = {
  "first.ts"(stack) {
    const target = stack.use(startTarget()).url;
    return {
      env: { TARGET: target },
      expect({ metrics, iterations, thresholds, vusMax }) {
        assert.equal(thresholds.length, 3);
        assert(iterations.planned >= 150, `${iterations.planned} iterations`);
        assert.equal(iterations.interrupted + iterations.thrown, 0);
        assert(vusMax >= 10);
        const orders = metrics.select("http_reqs", { name: `${target}/anything`, method: "POST" });
        assert.deepEqual(orders, { type: "counter", total: 150 - iterations.dropped });
        const pages = metrics.select("http_reqs", { name: `${target}/get`, group: "::page" });
        assert(pages?.type === "counter" && pages.total > 0);
        const checks = metrics.select("checks");
        assert(checks?.type === "rate" && checks.passes === checks.total && checks.total > 300);
        assert.equal(metrics.select("order_bytes")?.type, "trend");
      },
    };
  },

  async "net.ts"(stack) {
    const path = await freshPath();
    const echo = stack.use(await startEcho({ path }));
    return {
      env: { TCP: echo.tcp, UDP: echo.udp, IPC: path },
      allowUnix: [path],
      expect({ metrics, thresholds }) {
        assert.equal(thresholds.length, 5);
        for (const kind of ["tcp", "udp", "ipc"]) {
          const sockets = metrics.select("net_sockets", { kind });
          assert(sockets?.type === "counter" && sockets.total > 5, kind);
          const sent = metrics.select("data_sent", { kind });
          const received = metrics.select("data_received", { kind });
          assert(sent?.type === "counter" && sent.total > 5 * 64, kind);
          assert.deepEqual(received, sent, `all of ${kind} came back`);
        }
        const connecting = metrics.select("net_connecting", { kind: "tcp" });
        assert(connecting?.type === "trend" && connecting.histogram.count > 5);
      },
    };
  },

  "slow_network.ts"(stack) {
    return {
      env: { TARGET: stack.use(startTarget()).url },
      expect: ({ metrics }) => assert.equal(totalOf(metrics, "http_reqs"), 6),
    };
  },

  "from_k6.js": onTarget(({ metrics, thresholds }) => {
    assert.equal(thresholds.length, 2);
    assert.equal(totalOf(metrics, "http_reqs"), 6 * 4, "a redirect is a request");
    const checks = metrics.select("checks");
    assert(checks?.type === "rate" && checks.total === 24 && checks.passes === 24);
  }),

  "proxy_protocol.ts"(stack) {
    return {
      env: { TARGET: stack.use(startBehindBalancer()).url },
      expect({ metrics }) {
        const checks = metrics.select("checks");
        assert(checks?.type === "rate" && checks.total === 9 && checks.passes === 9);
      },
    };
  },

  async "seed/tcp.js"(stack) {
    const echo = stack.use(await startEcho());
    const proxy = stack.use(startProxy());
    return {
      env: { SERVER: echo.tcp, PROXY: proxy.address },
      expect({ metrics }, logs) {
        assert.deepEqual(logs.slice(0, 1), ["true"]);
        assert.match(logs[1] ?? "", /^received 71,69,84,32,/);
        assert.deepEqual(proxy.asked, [echo.tcp]);
        assert.equal(totalOf(metrics, "net_sockets"), 1);
      },
    };
  },

  "seed/client.js": onTarget((result, logs) => {
    oneSuccess(result);
    assert.match(logs[0] ?? "", /headers/);
  }),

  "seed/client_options.js"(stack) {
    const seen: unknown[] = [];
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const { headers } = request;
        seen.push(headers.get("user-agent"), headers.get("content-type"), await request.json());
        return new Response("taken");
      },
    );
    stack.use(server);
    const proxy = stack.use(startProxy());
    const url = `http://127.0.0.1:${server.addr.port}`;
    return {
      env: { TARGET: url, PROXY: `http://${proxy.address}` },
      expect(result) {
        oneSuccess(result);
        assert.deepEqual(seen, ["k6", "application/json", { name: "k6" }]);
        assert.deepEqual(proxy.asked, [`${url}/post`]);
      },
    };
  },

  async "seed/tls_h2.js"(stack) {
    const authority = await makeAuthority();
    const leaf = await authority.issue(["IP:127.0.0.1"]);
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, ...leaf, onListen() {} },
      () => new Response("over h2"),
    );
    stack.use(server);
    const path = await Deno.makeTempFile({ suffix: ".pem" });
    await Deno.writeTextFile(path, authority.cert);
    stack.defer(() => Deno.remove(path));
    return {
      env: { TARGET: `https://127.0.0.1:${server.addr.port}/`, CA: path },
      allowRead: [path],
      expect(result) {
        oneSuccess(result);
        const over2 = result.metrics.select("http_reqs", { proto: "HTTP/2.0" });
        assert.deepEqual(over2, { type: "counter", total: 1 });
      },
    };
  },

  "seed/h2c.js"(stack) {
    const server = createServer((_, response) => response.end("clear"));
    const { promise, resolve } = Promise.withResolvers<Setting>();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        env: { TARGET: `http://127.0.0.1:${port}/` },
        expect(result) {
          oneSuccess(result);
          const over2 = result.metrics.select("http_reqs", { proto: "HTTP/2.0" });
          assert.deepEqual(over2, { type: "counter", total: 1 });
        },
      });
    });
    stack.defer(() => new Promise((resolve) => server.close(() => resolve())));
    return promise;
  },

  "seed/request.js": onTarget((result, logs) => {
    oneSuccess(result);
    assert.match(logs[0] ?? "", /anothervalue/);
  }),

  async "seed/stream.js"(stack) {
    const bodies: string[] = [];
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        bodies.push(await request.text());
        return new Response("taken");
      },
    );
    stack.use(server);
    const logo = await Deno.readTextFile(new URL("../examples/seed/logo.svg", import.meta.url));
    return {
      env: { TARGET: `http://127.0.0.1:${server.addr.port}` },
      expect(result) {
        oneSuccess(result);
        assert.deepEqual(bodies, [logo]);
      },
    };
  },

  "seed/fetch.js": onTarget(({ metrics }) => assert.equal(totalOf(metrics, "http_reqs"), 2)),

  "seed/events.js"(stack) {
    const seen: unknown[] = [];
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        seen.push(request.headers.get("cookie"), await request.text());
        return new Response("taken");
      },
    );
    stack.use(server);
    return {
      env: { TARGET: `http://127.0.0.1:${server.addr.port}` },
      expect(result, logs) {
        oneSuccess(result);
        assert.deepEqual(logs, ["requestToBeSent"]);
        assert.deepEqual(seen, ["somecookie=somevalue;", "Hello world!"]);
      },
    };
  },

  "seed/events_metrics.js": onTarget(({ metrics }) => {
    const duration = metrics.select("http_req_duration");
    assert(duration?.type === "trend" && Math.abs(duration.histogram.max - 3.1415) < 0.05);
    assert.deepEqual(metrics.select("http_req_failed"), { type: "rate", passes: 0, total: 1 });
  }),

  "seed/event_handlers.js": onTarget((result, logs) => {
    oneSuccess(result);
    assert.deepEqual(logs, ["200"]);
  }),

  async "seed/udp.js"(stack) {
    const echo = stack.use(await startEcho());
    return {
      env: { SERVER: echo.udp },
      expect: ({ metrics }) => assert.equal(totalOf(metrics, "data_sent"), 18),
    };
  },

  async "seed/ipc.js"(stack) {
    const path = await freshPath();
    stack.use(Deno.serve({ path, onListen() {} }, () => new Response("over a file")));
    return {
      env: { SOCKET: path },
      allowUnix: [path],
      expect({ metrics }, logs) {
        assert.deepEqual(logs, [path]);
        assert.equal(totalOf(metrics, "http_reqs"), 1);
      },
    };
  },

  async "seed/lookup.js"(stack) {
    const echo = stack.use(await startEcho());
    const refusing = stack.use(await startDns(true));
    const knowing = stack.use(await startDns(false));
    return {
      env: {
        SERVER: `myhost.invalid:${echo.tcp.split(":")[1]}`,
        DNS_A: refusing.address,
        DNS_B: knowing.address,
      },
      expect({ metrics }) {
        assert.equal(totalOf(metrics, "net_sockets"), 1);
        assert.equal(metrics.select("net_lookup")?.type, "trend");
      },
    };
  },
};

/** An example that needs the embedded target alone. */
function onTarget(expect: (result: RunResult, logs: readonly string[], target: string) => void) {
  return (stack: AsyncDisposableStack): Setting => {
    const target = stack.use(startTarget()).url;
    return { env: { TARGET: target }, expect: (result, logs) => expect(result, logs, target) };
  };
}

/** One request was sent, and went well. */
function oneSuccess({ metrics }: RunResult): void {
  assert.equal(totalOf(metrics, "http_reqs"), 1);
  assert.deepEqual(metrics.select("http_req_failed"), { type: "rate", passes: 0, total: 1 });
}

function totalOf(metrics: RunResult["metrics"], name: string): number | undefined {
  const found = metrics.select(name);
  return found?.type === "counter" ? found.total : undefined;
}

async function freshPath(): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".sock" });
  await Deno.remove(path);
  return path;
}

const folder = new URL("../examples/", import.meta.url);
const files = [folder, new URL("seed/", folder)].flatMap((from) =>
  [...Deno.readDirSync(from)]
    .filter(({ name }) => /\.[jt]s$/.test(name))
    .map(({ name }) => new URL(name, from).href.slice(folder.href.length))
).toSorted();

for (const file of files) {
  Deno.test(`examples/${file} does what it says`, async () => {
    const prepare = CASES[file];
    assert(prepare, `examples/${file} has no case in tests/examples_test.ts`);
    await using stack = new AsyncDisposableStack();
    const { env, allowUnix = [], allowRead = [], expect } = await prepare(stack);
    const logs: string[] = [];
    const result = await run(new URL(file, folder), {
      env,
      allowUnix,
      allowRead: [new URL(".", new URL(file, folder)).pathname, ...allowRead],
      events: { log: ({ text }) => logs.push(text) },
    });
    assert.deepEqual(result.failures, [], logs.join("\n"));
    assert.equal(result.exitCode, 0, logs.join("\n"));
    expect(result, logs);
  });
}
