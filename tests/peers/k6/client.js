import { check } from "k6";
import http from "k6/http";
export { handleSummary } from "./summary.js";

const target = __ENV.TARGET;
const held = __ENV.HELD.split(",");

export const options = {
  vus: 1,
  iterations: 3,
  noCookiesReset: true,
  discardResponseBodies: true,
  userAgent: "peers/1",
  maxRedirects: 2,
  hosts: { "peer.test": "127.0.0.1", "*.peers.test": "127.0.0.1" },
  blockHostnames: ["*.blocked.test"],
  blacklistIPs: ["127.1.0.0/16"],
  systemTags: ["check", "error_code", "group", "status"],
  thresholds: {
    "http_reqs{error_code:1110}": ["count==3"],
    "http_reqs{error_code:1111}": ["count==3"],
    "iterations{scenario:default}": ["count==0"],
    "http_reqs{method:GET}": ["count==0"],
    "http_reqs{status:302}": ["count==12"],
  },
  batch: 3,
  batchPerHost: 2,
};

export default async function () {
  const seen = await http.get(`${target}/cookies`, { responseType: "text" });
  check(seen, {
    "cookies of earlier iterations are sent": (r) => r.body.includes("rain") === (__ITER > 0),
    "a body that is asked for is kept": (r) => r.json("cookies") !== undefined,
  });
  const set = await http.get(`${target}/cookies/set?rain=${__ITER}`, { redirects: 0 });
  const got = await http.get(`${target}/bytes/100`);
  check([set, got], { "bodies are discarded": (rs) => rs.every((r) => r.body === null) });
  const headers = await http.get(`${target}/headers`, { responseType: "text" });
  check(headers, { "the user agent is the script's": (r) => r.body.includes("peers/1") });
  const moved = await http.get(`${target}/redirect/4`);
  check(moved, { "redirects end at their limit": (r) => r.status === 302 });
  const port = target.slice(target.lastIndexOf(":"));
  for (const name of ["peer.test", "one.peers.test"]) {
    const named = await http.get(`http://${name}${port}/get`);
    check(named, { "hosts name addresses": (r) => r.status === 200 });
  }
  const codes = [
    await http.get(`http://127.1.2.3${port}/get`),
    await http.get(`http://ads.blocked.test${port}/get`),
  ].map((r) => r.error_code);
  check(codes, { [`what is blocked has its codes: ${codes}`]: true });
  if (__ITER > 0) return;
  await http.batch(Array.from({ length: 6 }, () => `${held[0]}/host`));
  await http.batch(Array.from({ length: 6 }, (_, i) => `${held[i % 2]}/all`));
}
