import { check, group } from "k6";
import { Counter, Gauge, Rate, Trend } from "k6/metrics";
export { handleSummary } from "./summary.js";

const counter = new Counter("my_counter");
const gauge = new Gauge("my_gauge");
const rate = new Rate("my_rate");
const trend = new Trend("my_trend");
const waits = new Trend("my_waits", true);

export const options = {
  iterations: 10,
  summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "count"],
  thresholds: {
    checks: ["rate>0.9"],
    "checks{kind:odd}": [{ threshold: "rate==0.5" }],
    my_counter: ["count==55", "count<55"],
    my_gauge: ["value==9"],
    my_rate: ["rate>0.4", "rate<0.4"],
    my_trend: ["avg==45", "p(95)<100", "max<=90", "med>1000"],
    my_waits: ["min>=0"],
    "my_trend{size:large}": ["avg==70"],
  },
};

export default function () {
  const i = __ITER;
  counter.add(i + 1);
  gauge.add(i);
  rate.add(i % 2 === 0);
  trend.add(i * 10, { size: i >= 5 ? "large" : "small" });
  waits.add(i / 3);
  check(i, { "is small": (n) => n < 100, "is not seven": (n) => n !== 7 });
  check(i, { "is even": (n) => n % 2 === 0 }, { kind: "odd" });
  group("outer", () => {
    check(null, { "in a group": true });
    group("inner", () => {
      check(null, { "in a group": (value) => value === null, "never": () => false });
    });
  });
}
