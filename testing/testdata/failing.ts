// Run by tests in a `deno test` of its own: all of it fails.
import { check } from "@downpour/downpour";
import { loadTest } from "../mod.ts";

loadTest("too slow", { thresholds: { iteration_duration: ["p(95)<0.001", "p(95)<60000"] } }, () => {
  const end = performance.now() + 2;
  while (performance.now() < end);
});

loadTest("a check fails", { iterations: 4 }, () => {
  check(1, { "is two": (value) => value === 2, "is one": (value) => value === 1 });
});

loadTest("iterations throw", { iterations: 3 }, () => {
  throw new TypeError("not today");
});

loadTest("nobody awaits", { iterations: 3 }, async () => {
  Promise.reject(new RangeError("lost promise"));
  await new Promise((resolve) => setTimeout(resolve, 1));
});

loadTest("a user leaks", { iterations: 1, summary: "never" }, () => {
  setInterval(() => {}, 1000);
});

loadTest("an unknown rule", { thresholds: { nothing: ["count>0"] } }, () => {});

loadTest("setup throws", {}, {
  setup: () => {
    throw new Error("no server");
  },
  default: () => {},
});

loadTest("teardown throws", { summary: "never" }, {
  default: () => {},
  teardown: () => {
    throw new Error("still there");
  },
});
