import assert from "node:assert/strict";
import { startPackets } from "@downpour/downpour/targets";
import { type Prepare, totalOf } from "./_example_setting_for_tests.ts";

const parsers = new URL("../components/parsers/", import.meta.url).pathname;

/** The examples of packet loads. */
export const PACKET_CASES: Record<string, Prepare> = {
  async "stress_heartbeat.ts"(stack) {
    const target = stack.use(await startPackets({ heartbeatMs: 100 }));
    return {
      env: { TARGET: target.address },
      allowRead: [parsers],
      expect({ metrics, thresholds }) {
        assert.equal(thresholds.length, 5);
        assert.equal(totalOf(metrics, "packet_connections"), 100);
        const action = (name: string) => metrics.select("packet_packets_sent", { action: name });
        assert.deepEqual(action("send:ping"), { type: "counter", total: 5000 });
        const answers = action("response");
        assert(answers?.type === "counter" && answers.total > 0);
        const checks = metrics.select("checks");
        assert(checks?.type === "rate" && checks.passes === 8 && checks.total === 8);
        assert.equal(target.counts.refused, 0);
      },
    };
  },

  async "stress_rate.ts"(stack) {
    const target = stack.use(await startPackets());
    return {
      env: { TARGET: target.address },
      expect({ metrics, iterations, thresholds }) {
        assert.equal(thresholds.length, 4);
        assert.equal(iterations.planned, 100);
        assert.equal(iterations.interrupted + iterations.thrown, 0);
        const count = iterations.completed;
        assert.equal(totalOf(metrics, "packet_connections"), count);
        assert.equal(totalOf(metrics, "packet_packets_received"), count);
        const checks = metrics.select("checks");
        assert(checks?.type === "rate" && checks.passes === count && checks.total === count);
        const responding = metrics.select("packet_responding");
        assert(responding?.type === "trend" && responding.histogram.count === count);
      },
    };
  },
};
