/**
 * A script written for k6: the same but for `await`.
 *
 *     deno task downpour run examples/from_k6.js -e TARGET=http://127.0.0.1:8000
 */
import http from "k6/http";
import { check, group, sleep } from "k6";

export const options = {
  vus: 2,
  iterations: 6,
  thresholds: { http_req_failed: ["rate<0.01"], checks: ["rate==1"] },
};

export default async function () {
  await group("form", async () => {
    const res = await http.post(`${__ENV.TARGET}/post`, { name: "k6" });
    check(res, {
      "is 200": (r) => r.status === 200,
      "echoed": (r) => r.json("form.name") === "k6",
    });
  });
  const [page, cookies] = await http.batch([
    http.url`${__ENV.TARGET}/bytes/${__ITER + 1}`,
    `${__ENV.TARGET}/cookies/set?seen=yes`,
  ]);
  check(page, { "has its bytes": (r) => r.body.length === __ITER + 1 });
  check(cookies, { "cookie came back": (r) => r.json("cookies.seen") === "yes" });
  await sleep(0.01);
}
