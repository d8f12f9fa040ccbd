import assert from "node:assert/strict";
import { ipVersionOf, OptionError } from "../../internal/mod.ts";
import { ipToNumber, numberToIp } from "./_ip.ts";
import { parseOptions } from "./mod.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
const KEY = "-----BEGIN PRIVATE KEY-----\nsesame\n-----END PRIVATE KEY-----\n";

Deno.test("what clients follow is handed on under k6's names, checked and complete", () => {
  const table: [Record<string, unknown>, Record<string, unknown>][] = [
    [{}, {}],
    [{ batch: null, hosts: undefined }, {}],
    [{ batch: 20, batchPerHost: 0 }, { batch: 20, batchPerHost: 0 }],
    [{ rps: 0 }, {}],
    [{ rps: 50 }, { rps: 50 }],
    [{ httpDebug: true }, { httpDebug: "headers" }],
    [{ httpDebug: "headers" }, { httpDebug: "headers" }],
    [{ httpDebug: "full" }, { httpDebug: "full" }],
    [{ httpDebug: "" }, {}],
    [{ httpDebug: false }, {}],
    [{ noCookiesReset: true }, { noCookiesReset: true }],
    [{ noVUConnectionReuse: true }, { noVUConnectionReuse: true }],
    [{ insecureSkipTLSVerify: true }, { insecureSkipTLSVerify: true }],
    [{ tlsVersion: "tls1.3" }, { tlsVersion: { min: "tls1.3", max: "tls1.3" } }],
    [
      { tlsVersion: { min: "tls1.0", max: "tls1.2" } },
      { tlsVersion: { min: "tls1.2", max: "tls1.2" } },
    ],
    [{ tlsVersion: { min: "tls1.3" } }, { tlsVersion: { min: "tls1.3", max: "tls1.3" } }],
    [{ tlsVersion: {} }, { tlsVersion: { min: "tls1.2", max: "tls1.3" } }],
    [
      { tlsCipherSuites: ["TLS_AES_128_GCM_SHA256"] },
      { tlsCipherSuites: ["TLS_AES_128_GCM_SHA256"] },
    ],
    [{ tlsAuth: [] }, { tlsAuth: [] }],
    [
      { tlsAuth: [{ cert: PEM, key: KEY, password: "x", domains: ["A.example", "*.b"] }] },
      { tlsAuth: [{ cert: PEM, key: KEY, password: "x", domains: ["a.example", "*.b"] }] },
    ],
    [
      { tlsAuth: [{ cert: PEM, key: KEY }] },
      { tlsAuth: [{ cert: PEM, key: KEY, domains: [] }] },
    ],
    [
      {
        hosts: { "A.example": "10.0.0.1", "*.b:443": "10.0.0.2:8443", "c": "[::1]:80", "*": "::1" },
      },
      {
        hosts: { "a.example": "10.0.0.1", "*.b:443": "10.0.0.2:8443", "c": "[::1]:80", "*": "::1" },
      },
    ],
    [{ dns: {} }, { dns: { ttlMs: 300_000, select: "random", policy: "preferIPv4" } }],
    [
      { dns: { ttl: "inf", select: "first", policy: "any" } },
      { dns: { ttlMs: null, select: "first", policy: "any" } },
    ],
    [{ dns: { ttl: 0 } }, { dns: { ttlMs: 0, select: "random", policy: "preferIPv4" } }],
    [
      { dns: "ttl=1m, select=roundRobin,policy=onlyIPv6" },
      { dns: { ttlMs: 60_000, select: "roundRobin", policy: "onlyIPv6" } },
    ],
    [{ dns: "ttl=250" }, { dns: { ttlMs: 250, select: "random", policy: "preferIPv4" } }],
    [
      { blacklistIPs: ["10.0.0.0/8", "::1", "fd00::/8"] },
      { blacklistIPs: ["10.0.0.0/8", "::1", "fd00::/8"] },
    ],
    [{ blockHostnames: ["A.b", "*.c"] }, { blockHostnames: ["a.b", "*.c"] }],
    [{ localIPs: [] }, {}],
    [{ localIPs: ["10.0.0.1", "10.0.1.0/30"] }, {
      localIPs: ["10.0.0.1", "10.0.1.1", "10.0.1.2"],
    }],
    [{ localIPs: "10.0.0.254-10.0.1.1, fd::/127" }, {
      localIPs: ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1", "fd::", "fd::1"],
    }],
    [{ localIPs: ["10.0.0.7/31", "10.0.0.9/32"] }, {
      localIPs: ["10.0.0.6", "10.0.0.7", "10.0.0.9"],
    }],
    [{ noUsageReport: true, cloud: { name: "x" }, ext: { loadimpact: {} } }, {}],
    [{ metricSamplesBufferSize: 1000 }, {}],
  ];
  for (const [options, expected] of table) {
    assert.deepEqual(parseOptions(options).client, expected, JSON.stringify(options));
  }
});

Deno.test("a bad option for clients is refused with its path, the value and what to write", () => {
  const table: [Record<string, unknown>, string, RegExp][] = [
    [{ batch: 1.5 }, "batch", /whole number from 0 to 1000000: 1.5/],
    [{ httpDebug: "body" }, "httpDebug", /"headers" or "full": "body"/],
    [{ noCookiesReset: 1 }, "noCookiesReset", /true or false/],
    [{ tlsVersion: "TLSv1.2" }, "tlsVersion", /one of ssl3.0, tls1.0, .*: "TLSv1.2"/],
    [{ tlsVersion: "tls1.1" }, "tlsVersion", /must reach tls1.2, the oldest spoken here: tls1.1/],
    [{ tlsVersion: { min: "tls1.3", max: "tls1.2" } }, "tlsVersion", /from tls1.3 to tls1.2/],
    [{ tlsVersion: { least: "tls1.2" } }, "tlsVersion.least", /known: min, max/],
    [{ tlsVersion: 1.2 }, "tlsVersion", /a version, or \{ min, max \}: 1.2/],
    [{ tlsVersion: [] }, "tlsVersion", /must be an object/],
    [{ tlsCipherSuites: [] }, "tlsCipherSuites", /at least one/],
    [{ tlsCipherSuites: ["AES128-SHA"] }, "tlsCipherSuites[0]", /such as TLS_/],
    [{ tlsAuth: {} }, "tlsAuth", /array/],
    [{ tlsAuth: [null] }, "tlsAuth[0]", /object/],
    [{ tlsAuth: [{ cert: "sesame", key: KEY }] }, "tlsAuth[0].cert", /PEM text, as open\(\)/],
    [{ tlsAuth: [{ cert: PEM }] }, "tlsAuth[0].key", /PEM/],
    [{ tlsAuth: [{ cert: PEM, key: KEY, password: 7 }] }, "tlsAuth[0].password", /must be text/],
    [{ tlsAuth: [{ cert: PEM, key: KEY, pasword: "" }] }, "tlsAuth[0].pasword", /mean password/],
    [{ tlsAuth: [{ cert: PEM, key: KEY, domains: ["1.2.3.4"] }] }, "tlsAuth[0].domains[0]", /name/],
    [{ hosts: { "a b": "10.0.0.1" } }, "hosts", /"a b": write name, \*\.domain/],
    [{ hosts: { "a*.b": "10.0.0.1" } }, "hosts", /write name/],
    [{ hosts: { "10.0.0.2": "10.0.0.1" } }, "hosts", /write name/],
    [{ hosts: { "a:0": "10.0.0.1" } }, "hosts", /write name/],
    [{ hosts: { "a:70000": "10.0.0.1" } }, "hosts", /write name/],
    [{ hosts: { a: "b.example" } }, "hosts.a", /an IP address.*: "b.example"/],
    [{ hosts: { a: "10.0.0.1:x" } }, "hosts.a", /IP address/],
    [{ hosts: { a: "::1:80:x" } }, "hosts.a", /IP address/],
    [{ hosts: ["a"] }, "hosts", /object/],
    [{ dns: { ttl: "soon" } }, "dns.ttl", /not a duration/],
    [{ dns: { ttl: -1 } }, "dns.ttl", /not a duration/],
    [{ dns: { select: "last" } }, "dns.select", /one of first, random, roundRobin/],
    [{ dns: { policy: "any6" } }, "dns.policy", /one of preferIPv4/],
    [{ dns: { tll: "1s" } }, "dns.tll", /did you mean ttl/],
    [{ dns: "1m" }, "dns", /like ttl=1m,select=random,policy=any: "1m"/],
    [{ dns: "__proto__=1" }, "dns.__proto__", /Unknown field/],
    [{ blacklistIPs: ["10.0.0.0/33"] }, "blacklistIPs[0]", /range such as 10\.0\.0\.0\/8/],
    [{ blacklistIPs: ["localhost"] }, "blacklistIPs[0]", /IP address/],
    [{ blockHostnames: ["*a.b"] }, "blockHostnames[0]", /name or \*\.domain/],
    [{ blockHostnames: new Array(10_001).fill("a") }, "blockHostnames", /more than 10000 entries/],
    [{ localIPs: "" }, "localIPs", /IP addresses, from-to/],
    [{ localIPs: ["10.0.0.9-10.0.0.1"] }, "localIPs", /from-to/],
    [{ localIPs: ["10.0.0.1-::1"] }, "localIPs", /from-to/],
    [{ localIPs: ["10.0.0.1-2-3"] }, "localIPs", /from-to/],
    [{ localIPs: ["10.0.0.0/8"] }, "localIPs", /comes to more than 10000 addresses/],
    [{ localIPs: ["::/0"] }, "localIPs", /more than 10000/],
    [{ localIPs: 5 }, "localIPs", /a list of addresses/],
  ];
  for (const [options, path, message] of table) {
    assert.throws(() => parseOptions(options), (error: unknown) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.equal(error.option, path);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /sesame/);
      return true;
    }, JSON.stringify(options));
  }
});

Deno.test("IP addresses and numbers are the same thing", () => {
  for (const ip of ["0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "::1", "fd00:1::2:3", "1::"]) {
    const version = ipVersionOf(ip);
    assert.ok(version !== 0, ip);
    assert.equal(numberToIp(version, ipToNumber(ip)), ip);
  }
  for (const text of ["", "1.2.3", "1.2.3.256", "01.2.3.4", "a.b", "::1%eth0", ":", "1:2", "::g"]) {
    assert.equal(ipVersionOf(text), 0, text);
  }
});
