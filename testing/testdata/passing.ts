// Run by tests in a `deno test` of its own: all of it passes.
import { check, Counter } from "@downpour/downpour";
import { Client, fetch } from "@downpour/downpour/http";
import { startTarget } from "@downpour/downpour/targets";
import { loadTest } from "../mod.ts";

const orders = new Counter("orders");

const target = startTarget();
const url = `${target.url}/get`;
// A server of the whole file.
Deno.test.afterAll(async () => await target[Symbol.asyncDispose]());

loadTest("a user has a client of its own", {
  vus: 3,
  iterations: 12,
  thresholds: { http_reqs: "count==12", orders: ["count==12"], checks: ["rate==1"] },
}, {
  setup: () => ({ path: "/get" }),
  user: () => new Client({ baseUrl: target.url }),
  async default({ path }, client) {
    const response = await client.get(path);
    check(response, { "is there": ({ status }) => status === 200 });
    orders.add(1);
  },
});

loadTest("fetch has a client for each user", { vus: 2, iterations: 6 }, async () => {
  check(await fetch(url), { "is there": ({ status }) => status === 200 });
});

loadTest("a rule says how many checks may fail", {
  iterations: 4,
  thresholds: { checks: ["rate>=0.5"] },
}, () => void check(orders, { "is half of them": () => ++count % 2 === 0 }));
let count = 0;

loadTest("as many iterations may throw as the test says", { iterations: 4, maxThrown: 4 }, () => {
  throw new Error("as agreed");
});

Deno.test(
  "by its function",
  loadTest.fn({ thresholds: { iterations: ["count==1"] } }, () => console.log("said by a user")),
);

loadTest("a script runs too", {
  iterations: 2,
  env: { TARGET: target.url },
  thresholds: { http_reqs: ["count==2"] },
}, new URL("./script.ts", import.meta.url));

loadTest.ignore("one that is skipped", {}, () => {
  throw new Error("never");
});
