import assert from "node:assert/strict";
import { connect } from "@downpour/downpour/nats";
import { startNatsServer } from "../nats/server/mod.ts";
import { type Prepare, totalOf } from "./_example_setting_for_tests.ts";

/** The examples that need a nats-server. */
export const NATS_CASES: Record<string, Prepare> = {
  "nats_latency.ts": onNats(({ metrics, thresholds, iterations }) => {
    assert.equal(thresholds.length, 4);
    const latency = metrics.select("nats_delivery_latency");
    assert(
      latency?.type === "trend" &&
        latency.histogram.count === totalOf(metrics, "nats_msgs_received"),
    );
    assert.equal(latency.histogram.count, iterations.completed - 1, "one iteration receives");
  }),

  "nats_request_reply.ts": onNats(({ metrics, thresholds }) => {
    assert.equal(thresholds.length, 3);
    const checks = metrics.select("checks");
    const asked = metrics.select("nats_request_duration");
    assert(checks?.type === "rate" && asked?.type === "trend");
    assert(checks.total > 100 && checks.passes === checks.total);
    assert.equal(asked.histogram.count, checks.total);
  }),

  "nats_work_queue.ts": onNats(({ metrics, thresholds }) => {
    assert.equal(thresholds.length, 5);
    assert.equal(totalOf(metrics, "jobs_done"), totalOf(metrics, "nats_js_acks"));
    assert.equal(totalOf(metrics, "nats_js_sent"), totalOf(metrics, "nats_js_acks"));
  }),

  async "seed/nats.js"(stack) {
    const server = stack.use(await startNatsServer());
    const service = stack.use(await connect({ urls: server.url }));
    service.subscribe("test.request", "", (message) => message.respond("pong"));
    await service.flush();
    return {
      env: { NATS_URL: server.url },
      expect({ metrics }, logs) {
        assert.deepEqual(logs, ["Reply: pong", "1 1 TEST_CONSUMER 1"]);
        assert.equal(totalOf(metrics, "nats_js_acks"), 1);
      },
    };
  },
};

function onNats(expect: Awaited<ReturnType<Prepare>>["expect"]): Prepare {
  return async (stack) => {
    const server = stack.use(await startNatsServer());
    return { env: { NATS_URL: server.url }, expect };
  };
}
