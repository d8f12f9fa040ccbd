import { check } from "k6";
import http from "k6/http";
export { handleSummary } from "./summary.js";

const target = __ENV.TARGET;

export const options = {
  iterations: 4,
  vus: 2,
  thresholds: {
    "http_reqs{status:200}": ["count>0"],
    "http_reqs{status:302}": ["count>0"],
    "http_reqs{status:404}": ["count>0"],
    "http_reqs{status:500}": ["count>0"],
    "http_reqs{method:POST}": ["count>0"],
    "http_reqs{name:item}": ["count>0"],
    "http_reqs{expected_response:false}": ["count>0"],
    "http_reqs{mine:yes}": ["count>0"],
    "http_req_failed{status:404}": ["rate==1"],
    "http_req_failed{status:500}": ["rate==0"],
    http_req_failed: ["rate<1"],
  },
};

export default async function () {
  const get = await http.get(`${target}/get?a=1`, {
    headers: { "X-Mine": "1" },
    tags: { mine: "yes" },
  });
  check(get, {
    "a page is there": (r) => r.status === 200 && r.status_text.includes("200"),
    "it has the query": (r) => r.json("args.a") !== undefined,
    "its fields are canonical": (r) => r.headers["Content-Type"].startsWith("application/json"),
  });
  const all = await http.batch([
    ["GET", `${target}/get`],
    ["POST", `${target}/post`, { name: "rain" }],
    { method: "PUT", url: `${target}/put`, body: "text" },
    `${target}/status/404`,
  ]);
  check(all, {
    "a batch has all answers": (rs) => rs.map((r) => r.status).join() === "200,200,200,404",
  });
  const named = await http.batch({ one: `${target}/get`, two: ["DELETE", `${target}/delete`] });
  check(named, { "a batch by name": (rs) => rs.one.status === 200 && rs.two.status === 200 });
  for (let item = 0; item < 3; item++) {
    await http.get(`${target}/anything/${item}`, { tags: { name: "item" } });
  }
  const form = await http.post(`${target}/post`, { a: "1", b: ["2", "3"] });
  check(form, {
    "a form came through": (r) => r.json("form.b.1") === "3",
  });
  const moved = await http.get(`${target}/redirect/3`);
  check(moved, { "redirects were followed": (r) => r.status === 200 && r.url.endsWith("/get") });
  const stayed = await http.get(`${target}/redirect/3`, { redirects: 0 });
  check(stayed, { "redirects were not followed": (r) => r.status === 302 });
  await http.get(`${target}/cookies/set?rain=wet`);
  const cookies = await http.get(`${target}/cookies`);
  check(cookies, { "cookies are kept": (r) => r.body.includes("wet") });
  const jar = http.cookieJar();
  check(jar.cookiesForURL ? await jar.cookiesForURL(target) : {}, {
    "the jar has it": (c) => c.rain[0] === "wet",
  });
  const broken = await http.get(`${target}/status/500`, {
    responseCallback: http.expectedStatuses(200, { min: 500, max: 599 }),
  });
  check(broken, { "an error has its code": (r) => r.error_code === 1500 && r.status === 500 });
  const nowhere = await http.get("http://127.0.0.1:1/", { timeout: "2s" });
  check(nowhere, { "a refusal has its code": (r) => r.error_code === 1212 && r.status === 0 });
  const packed = await http.get(`${target}/gzip`);
  check(packed, { "it is unpacked": (r) => r.json() !== undefined });
  const bytes = await http.get(`${target}/bytes/100`, { responseType: "binary" });
  check(bytes, { "bytes are bytes": (r) => r.body.byteLength === 100 });
  const dropped = await http.get(`${target}/bytes/100`, { responseType: "none" });
  check(dropped, { "a dropped body is null": (r) => r.body === null });
}
