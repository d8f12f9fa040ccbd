import assert from "node:assert/strict";
import wrpc, {
  blasterInterface,
  type HttpHandler,
  type ServerTransport,
  type Serving,
} from "@downpour/downpour/wrpc";
import { startNatsServer } from "../nats/server/mod.ts";
import { type Prepare, totalOf } from "./_example_setting_for_tests.ts";

/** The examples of wRPC that need no server but ours. */
export const WRPC_CASES: Record<string, Prepare> = {
  async "wrpc_any_wit.ts"(stack) {
    const wit = `
      package shop:orders@1.0.0;
      interface pricing {
        record item { name: string, count: u32 }
        price: func(items: list<item>) -> result<u64, string>;
      }`;
    const costs: Record<string, number> = { umbrella: 10, boots: 45 };
    const price = (items: readonly { name: string; count: number }[]) => ({
      tag: "ok",
      val: BigInt(items.reduce((sum, { name, count }) => sum + costs[name]! * count, 0)),
    });
    const server = stack.use(
      await wrpc.serve(wrpc.tcpServer(), { wit, implementation: { price } }),
    );
    return {
      env: { TCP: server.address },
      expect({ metrics, thresholds }) {
        assert.equal(thresholds.length, 2);
        const checks = metrics.select("checks");
        assert(checks?.type === "rate" && checks.total === 200 && checks.passes === 200);
        assert.equal(totalOf(metrics, "wrpc_transport_invocations_out"), 200);
      },
    };
  },

  async "wrpc_http.ts"(stack) {
    const seen: string[] = [];
    const handler: HttpHandler = async (request) => {
      const { method, url, headers } = request;
      seen.push(`${method} ${url} ${headers.get("authorization")} ${headers.get("x-source")}`);
      if (method === "GET") return new Response("x".repeat(1000));
      assert.equal(headers.get("content-type"), "application/json");
      assert.deepEqual(await request.json(), { item: "umbrella", count: 2 });
      return Response.json({ id: 7 }, { status: 201 });
    };
    const server = stack.use(await wrpc.serveHttp(wrpc.tcpServer(), handler));
    return {
      env: { TCP: server.address },
      expect({ metrics, thresholds }) {
        assert.equal(thresholds.length, 3);
        const who = `Basic ${btoa("user:pass")} downpour`;
        const asked = Object.groupBy(seen, (line) => line);
        assert.deepEqual(
          Object.entries(asked).map(([line, all]) => [line, all?.length]),
          [
            [`POST http://localhost:8000/orders ${who}`, 100],
            [`GET http://localhost:8000/orders/7 ${who}`, 100],
          ],
        );
        const reads = metrics.select("wrpc_http_response", {
          name: "http://localhost:8000/orders/ID",
        });
        assert.deepEqual(reads, { type: "counter", total: 100 });
      },
    };
  },

  async "wrpc_blaster.ts"(stack) {
    const server = stack.use(await serveBlaster(wrpc.tcpServer()));
    return { env: { TCP: server.address }, expect: expectBlasts };
  },
};

/** Those that need a nats-server. */
export const WRPC_NATS_CASES: Record<string, Prepare> = {
  async "wrpc_blaster.ts over NATS"(stack) {
    const env = await onNats(stack, serveBlaster);
    return { env, expect: expectBlasts };
  },

  async "seed/wrpc_blaster.js"(stack) {
    const env = await onNats(stack, serveBlaster);
    return {
      env,
      expect({ metrics }) {
        const basic = metrics.select("wrpc_blaster_operation", { scenario: "basic" });
        assert.deepEqual(basic, { type: "counter", total: 2 });
        const duration = metrics.select("wrpc_blaster_duration");
        assert(duration?.type === "trend" && duration.histogram.max >= 100, "it burned for 100 ms");
      },
    };
  },

  async "seed/wrpc_http.js"(stack) {
    const urls: string[] = [];
    const handler: HttpHandler = ({ method, url }) => {
      urls.push(`${method} ${url}`);
      return new Response("hello");
    };
    const env = await onNats(stack, (transport) => wrpc.serveHttp(transport, handler));
    return {
      env,
      expect({ metrics }) {
        assert.deepEqual(urls, ["GET http://localhost:8000/"]);
        const tags = { scenario: "basic", status: "200", expected_response: "true" };
        const responses = metrics.select("wrpc_http_response", tags);
        assert.deepEqual(responses, { type: "counter", total: 1 });
        assert.equal(totalOf(metrics, "wrpc_http_invalid_response"), undefined);
      },
    };
  },
};

/** A blaster in TypeScript that sleeps and burns what it is asked for. */
function serveBlaster(transport: ServerTransport): Promise<Serving> {
  const blast = async ({ waitMs, cpuBurnMs }: Readonly<Record<string, bigint>>) => {
    if (waitMs! > 0n) await new Promise((resolve) => setTimeout(resolve, Number(waitMs)));
    const until = performance.now() + Number(cpuBurnMs);
    while (performance.now() < until);
  };
  return wrpc.serve(transport, { wit: blasterInterface(), implementation: { blast } });
}

async function onNats(
  stack: AsyncDisposableStack,
  start: (transport: ServerTransport) => Promise<Serving>,
): Promise<Record<string, string>> {
  const { url } = stack.use(await startNatsServer({ jetStream: false }));
  stack.use(await start(wrpc.natsServer({ url, prefix: "here" })));
  return { NATS: url, NATS_PREFIX: "here" };
}

const expectBlasts: Awaited<ReturnType<Prepare>>["expect"] = ({ metrics, thresholds }) => {
  assert.equal(thresholds.length, 2);
  const empty = metrics.select("wrpc_blaster_operation", { scenario: "empty" });
  assert(empty?.type === "counter" && empty.total > 50, "empty ones");
  const busy = metrics.select("wrpc_blaster_operation", { scenario: "busy" });
  assert(busy?.type === "counter" && busy.total > 5, "busy ones");
  const sent = totalOf(metrics, "wrpc_transport_bytes_out");
  assert(sent !== undefined && sent > busy.total * 1024 * 1024, "a payload with each busy one");
  assert.equal(totalOf(metrics, "wrpc_blaster_transport_error"), undefined);
};
