import * as metrics from "../../metrics/mod.ts";
import * as api from "../api/mod.ts";
import type { ShardSetup } from "../shard/mod.ts";

const { Counter, Gauge, Rate, Trend } = metrics;

/** What test scripts may import: no protocols. */
export const testSetup: ShardSetup = {
  modules: {
    "k6": { ...api },
    "k6/crypto": () => import("../api/crypto.ts"),
    "k6/data": () => import("../api/data.ts"),
    "k6/encoding": () => import("../api/encoding.ts"),
    "k6/metrics": { Counter, Gauge, Rate, Trend },
    "k6/secrets": () => import("../api/secrets.ts"),
    "k6/timers": () => import("../api/timers.ts"),
  },
  builtins: {
    count: (args) => ({ options: args, default() {} }),
    "throw-odd": () => {
      // A hard case: an error that can't even be turned into text.
      throw Object.create(null);
    },
  },
  metrics: [{ name: "protocol_time", type: "trend", contains: "time" }],
};
