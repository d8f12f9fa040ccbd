import assert from "node:assert/strict";
import { run, type RunResult } from "@downpour/downpour";
import { startEcho, startTarget } from "@downpour/downpour/targets";
import { startBehindBalancer, startConnectProxy, startDns } from "./_example_servers_for_tests.ts";

// Every example runs against real servers, in processes as a user's would. One without a case here
// fails.

/** What an example is run with, and what must come of it. */
interface Setting {
  readonly env: Record<string, string>;
  readonly allowUnix?: readonly string[];
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
    const proxy = stack.use(startConnectProxy());
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
    const { env, allowUnix = [], expect } = await prepare(stack);
    const logs: string[] = [];
    const result = await run(new URL(file, folder), {
      env,
      allowUnix,
      events: { log: ({ text }) => logs.push(text) },
    });
    assert.deepEqual(result.failures, [], logs.join("\n"));
    assert.equal(result.exitCode, 0, logs.join("\n"));
    expect(result, logs);
  });
}
