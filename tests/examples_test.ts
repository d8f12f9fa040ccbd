import assert from "node:assert/strict";
import { run } from "@downpour/downpour";
import { startEcho, startTarget } from "@downpour/downpour/targets";
import { startBehindBalancer } from "./_example_servers_for_tests.ts";
import { freshPath, onTarget, type Prepare, totalOf } from "./_example_setting_for_tests.ts";
import { serversHere } from "../nats/server/servers_for_tests.ts";
import { NATS_CASES } from "./_nats_cases_for_tests.ts";
import { PACKET_CASES } from "./_packet_cases_for_tests.ts";
import { SEED_CASES } from "./_seed_cases_for_tests.ts";
import { WRPC_CASES, WRPC_NATS_CASES } from "./_wrpc_cases_for_tests.ts";

// Every example runs against real servers, in processes as a user's would. One without a case here
// fails.

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

  "record_replay.ts": onTarget(({ metrics, thresholds }, logs) => {
    assert.equal(thresholds.length, 1);
    const page = (how: string) => [`/get 200 ${how}`, `/json 200 ${how}`];
    assert.deepEqual(logs, [...page("recorded"), ...page("replayed"), ...page("replayed")]);
    assert.equal(totalOf(metrics, "http_reqs"), 2);
  }),

  "shared_data.ts": onTarget(({ metrics, iterations }) => {
    assert.equal(iterations.completed, 60);
    const checks = metrics.select("checks");
    assert(checks?.type === "rate" && checks.passes === 120 && checks.total === 120);
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

  ...PACKET_CASES,
  ...NATS_CASES,
  ...WRPC_CASES,
  ...WRPC_NATS_CASES,
  ...SEED_CASES,
};

const folder = new URL("../examples/", import.meta.url);
const files = [folder, new URL("seed/", folder)].flatMap((from) =>
  [...Deno.readDirSync(from)]
    .filter(({ name }) => /\.[jt]s$/.test(name))
    .map(({ name }) => new URL(name, from).href.slice(folder.href.length))
).toSorted();

Deno.test("every example has a case", () => {
  for (const file of files) assert(file in CASES, `examples/${file} has no case in this file`);
});

for (const [name, prepare] of Object.entries(CASES)) {
  const [file = ""] = name.split(" ");
  const ignore = (name in NATS_CASES || name in WRPC_NATS_CASES) && !serversHere;
  const needs = ignore ? " (needs nats-server)" : "";
  Deno.test({
    name: `examples/${name} does what it says${needs}`,
    ignore,
    fn: () => play(file, prepare),
  });
}

async function play(file: string, prepare: Prepare): Promise<void> {
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
}
