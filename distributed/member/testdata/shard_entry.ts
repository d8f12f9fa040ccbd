import * as metrics from "../../../metrics/mod.ts";
import * as runner from "../../../runner/mod.ts";

const { Trend } = metrics;

await runner.serveShard({
  modules: {
    "k6": { ...runner },
    "k6/data": () => import("../../../runner/api/data.ts"),
    "k6/metrics": { Trend },
  },
  builtins: { count: (args) => ({ options: args, default() {} }) },
});
