import assert from "node:assert/strict";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { startEcho, startTarget } from "@downpour/downpour/targets";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import {
  freshPath,
  oneSuccess,
  onTarget,
  type Prepare,
  type Setting,
  totalOf,
} from "./_example_setting_for_tests.ts";
import { startDns, startProxy } from "./_example_servers_for_tests.ts";

/** The examples of the design documents. What is behind a name is a setting of its own. */
export const SEED_CASES: Record<string, Prepare> = {
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

  "seed/events_metrics.js METRICS=drop"(stack) {
    return {
      env: { TARGET: stack.use(startTarget()).url, METRICS: "drop" },
      expect({ metrics, iterations }) {
        assert.equal(iterations.completed, 1);
        assert(totalOf(metrics, "data_received")! > 0, "something was sent");
        for (const name of ["http_reqs", "http_req_duration", "http_req_failed"]) {
          assert.equal(metrics.select(name), undefined, name);
        }
      },
    };
  },

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
