import assert from "node:assert/strict";
import { coreOptionsOf } from "./connect.ts";
import { NATS_ERROR_NUMBERS, NatsError, natsError } from "./errors.ts";
import { decodeHeaders, encodeHeaders } from "./headers.ts";
import { type ConnectOptions, readConnectOptions } from "./options.ts";
import { readSubscribeOptions } from "./subscribe_options.ts";
import { checkPublishSubject, checkQueue, checkSubscribeSubject } from "./subject.ts";
import { type NatsTlsOptions, readTlsOptions, tlsOptions } from "./tls_options.ts";

const decoder = new TextDecoder();

Deno.test("errors have the seed's numbers, 1001 to 1036 without 1023, and say what caused them", () => {
  const numbers = Array.from({ length: 36 }, (_, i) => 1001 + i).filter((number) =>
    number !== 1023
  );
  assert.deepEqual(NATS_ERROR_NUMBERS, numbers);
  const cause = new Error("no route");
  const error = natsError(1009, cause, "orders.new", "network");
  assert(error instanceof NatsError);
  assert.deepEqual([error.errorCode, error.code, error.reason], [
    1009,
    "publish_failed",
    "network",
  ]);
  assert.equal(error.message, "publish failed: orders.new: no route");
  assert.equal(error.cause, cause);
  assert.equal(natsError(1011, error).reason, "network");
});

Deno.test("fault 52: a subject to publish to has no spaces, line ends, wildcards, empty tokens", () => {
  for (const subject of ["a", "a.b", "$JS.API.INFO", "a*b", "a>b", "é.ü", "_INBOX.x"]) {
    checkPublishSubject(subject);
  }
  const bad = [
    "a b",
    "a\r\nPUB x 0\r\n",
    "a\tb",
    "a\0",
    "a.*",
    ">",
    "a.>",
    ".a",
    "a.",
    "a..b",
    "*",
  ];
  for (const subject of bad) {
    const refused = { errorCode: 1009, reason: "subject_invalid" };
    assert.throws(() => checkPublishSubject(subject), refused, JSON.stringify(subject));
  }
  assert.throws(() => checkPublishSubject(""), { errorCode: 1008 });
});

Deno.test("a subject to subscribe to may have wildcards where they mean something", () => {
  for (const subject of ["a", "*", ">", "a.*.b", "a.>"]) checkSubscribeSubject(subject);
  for (const subject of ["a b", "a\n", ".a", "a..b", ">.a", "a.>.b"]) {
    assert.throws(() => checkSubscribeSubject(subject), { errorCode: 1010 }, subject);
  }
  assert.throws(() => checkSubscribeSubject(""), { errorCode: 1008 });
  checkQueue("");
  checkQueue("workers");
  for (const queue of ["a b", "a\r\nPING"]) {
    assert.throws(() => checkQueue(queue), { errorCode: 1010 });
  }
});

Deno.test("headers are written as NATS has them, and read again", () => {
  const bytes = encodeHeaders({ "X-Id": 7, Trace: ["a", "b"] });
  assert.equal(decoder.decode(bytes), "NATS/1.0\r\nX-Id: 7\r\nTrace: a\r\nTrace: b\r\n\r\n");
  const headers = decodeHeaders(bytes);
  assert.deepEqual([...headers], [["X-Id", "7"], ["Trace", "a"], ["Trace", "b"]]);
  assert.deepEqual([headers.get("x-id"), headers.get("none"), headers.status], ["7", null, 0]);
  assert.deepEqual(headers.getAll("TRACE"), ["a", "b"]);
  assert.deepEqual(headers.toJSON(), { "X-Id": "7", Trace: "a" });
  const pairs = encodeHeaders([["a", "b"]]);
  assert.deepEqual(encodeHeaders(new Headers({ a: "b" })), pairs);
});

Deno.test("the status of a message that the server made is read", () => {
  const headers = decodeHeaders(new TextEncoder().encode("NATS/1.0 503 No Responders\r\n\r\n"));
  assert.deepEqual([headers.status, headers.description], [503, "No Responders"]);
  assert.deepEqual([...decodeHeaders(Uint8Array.of(255, 13, 10, 58, 0))], []);
});

Deno.test("fault 52: a header that would end early is refused", () => {
  const bad: [string, string][] = [["a b", "x"], ["a:", "x"], ["", "x"], ["a\r\n", "x"], [
    "é",
    "x",
  ]];
  bad.push(["a", "x\r\nB: y"], ["a", "x\n"], ["a", "\0"]);
  for (const pair of bad) {
    const refused = { errorCode: 1009, reason: "header_invalid" };
    assert.throws(() => encodeHeaders([pair]), refused, JSON.stringify(pair));
  }
});

Deno.test("options have their defaults; zero and absent are not the same", () => {
  const {
    servers,
    timeoutMs,
    reconnectWaitMs,
    jitterMs,
    tlsJitterMs,
    pingIntervalMs,
    maxPingsOut,
    maxReconnects,
    reconnect,
  } = readConnectOptions({});
  assert.deepEqual(
    [servers, timeoutMs, pingIntervalMs, maxPingsOut, maxReconnects, reconnect],
    [["127.0.0.1:4222"], 10_000, 120_000, 2, 60, true],
  );
  assert.deepEqual([reconnectWaitMs, jitterMs, tlsJitterMs], [2000, 100, 1000]);
  assert.equal(readConnectOptions({ maxReconnects: 0 }).reconnect, false);
  assert.equal(readConnectOptions({ allowReconnect: false }).reconnect, false);
  assert.equal(readConnectOptions({ maxReconnects: -1 }).maxReconnects, -1);
  assert.equal(readConnectOptions({ pingInterval: 0 }).pingIntervalMs, 0);
  assert.equal(readConnectOptions({ reconnectWait: "250ms" }).reconnectWaitMs, 250);
  assert.equal(readConnectOptions({ reconnectWait: 0.5 }).reconnectWaitMs, 500);
});

Deno.test("fault 44: pauses between two attempts differ at random, from reconnectWait on, within the jitter", () => {
  const plain = { reconnectWait: 2, reconnectJitter: "100ms", reconnectJitterTls: 1 };
  const cases: [ConnectOptions, boolean, number][] = [
    [plain, false, 100],
    [plain, true, 1000],
    [{ ...plain, urls: ["nats://a", "tls://b"] }, false, 1000],
    [{}, false, 100],
    [{ ...plain, reconnectJitter: 0 }, false, 0],
  ];
  for (const [options, isTls, jitter] of cases) {
    const { reconnectDelayHandler } = coreOptionsOf(readConnectOptions(options), isTls ? {} : null);
    const pauses = Array.from({ length: 1000 }, () => reconnectDelayHandler!());
    const [least, most] = [Math.min(...pauses), Math.max(...pauses)];
    assert(least >= 2000 && most <= 2000 + jitter, `${least} to ${most}`);
    // Of a thousand, evenly spread, some are near either end.
    assert(most - least >= 0.9 * jitter, `${least} to ${most}`);
  }
});

Deno.test("servers are read from their URLs, with a user and TLS", () => {
  const read = readConnectOptions({
    urls: ["nats://a", "b:4333", "tls://[::1]:4444", "nats://h:21"],
  });
  assert.deepEqual(read.servers, ["a:4222", "b:4333", "[::1]:4444", "h:21"]);
  assert.deepEqual([...read.tlsServers], ["[::1]:4444"]);
  const { options } = readConnectOptions({ urls: "nats://u%40x:p@h:1" });
  assert.deepEqual([options.user, options.password], ["u@x", "p"]);
  assert.equal(readConnectOptions({ urls: "nats://token@h" }).options.token, "token");
});

const WRONG: [ConnectOptions | Record<string, unknown>, RegExp][] = [
  [{ url: "nats://a" }, /did you mean urls/],
  [{ urls: [] }, /urls is empty/],
  [{ urls: "ws://a" }, /WebSocket is not supported: "ws:\/\/a"/],
  [{ urls: "wss://u:secret@a" }, /^(?!.*secret).*WebSocket/s],
  [{ urls: "nats://u:secret/x@a:1" }, /^(?!.*secret).*not a server: "nats:\/\/\*\*\*@a:1"/s],
  [{ urls: "u:secret/x@a" }, /^(?!.*secret).*not a server: "\*\*\*@a"/s],
  [{ urls: "nats://u:secret@x@a/b" }, /^(?!.*secret).*not a server: "nats:\/\/\*\*\*@a\/b"/s],
  [{ urls: "nats://u:50%secret@a" }, /^(?!.*secret).*nats:\/\/\*\*\*@a.*%25/s],
  [{ urls: "http://a" }, /must begin with nats:\/\//],
  [{ urls: "nats://" }, /not a server/],
  [{ urls: "nats://a:99999" }, /not a server/],
  [{ urls: "nats://a/path" }, /not a server/],
  [{ urls: 7 }, /not a server/],
  [{ maxReconnects: -2 }, /maxReconnects must be a whole number of at least -1: -2/],
  [{ maxReconnects: 1.5 }, /maxReconnects/],
  [{ reconnectWait: -1 }, /reconnectWait must be seconds/],
  [{ reconnectWait: "2" }, /reconnectWait must be seconds/],
  [{ pingInterval: NaN }, /pingInterval/],
  [{ maxPingsOut: 0 }, /maxPingsOut/],
  [{ allowReconnect: "yes" }, /allowReconnect must be true or false/],
  [{ name: "" }, /name must be text/],
  [{ password: "p" }, /password goes with user/],
  [{ user: "u", token: "t" }, /give one of .* not user and token/],
  [{ inboxPrefix: "a.>" }, /inboxPrefix/],
  [{ subjectName: "x" }, /subjectName must be a function/],
  [{ maxPendingBytes: 1 }, /maxPendingBytes/],
];

for (const [options, message] of WRONG) {
  Deno.test(`connect refuses ${JSON.stringify(options)}`, () => {
    assert.throws(() => readConnectOptions(options), {
      name: "NatsError",
      errorCode: 1003,
      message,
    });
  });
}

Deno.test("options of TLS go together and are read from files", async () => {
  const wrong: [NatsTlsOptions | Record<string, unknown>, RegExp][] = [
    [{ certFile: "a" }, /tls.certFile goes with tls.keyFile/],
    [{ keyFile: "a" }, /tls.keyFile goes with tls.certFile/],
    [{ caFile: "a", ca: "b" }, /give tls.caFile or tls.ca/],
    [{ minVersion: "1.1" }, /tls.minVersion must be "1.2" or "1.3"/],
    [{ insecure: 1 }, /tls.insecure must be true or false/],
    [{ ca_file: "a" }, /did you mean caFile/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => tlsOptions(options), { errorCode: 1003, message });
  }
  await assert.rejects(readTlsOptions({ caFile: "/tmp/none/ca.pem" }, null), {
    errorCode: 1003,
    message: /tls.caFile can't be read: \/tmp\/none\/ca.pem/,
  });
  const read = await readTlsOptions(
    { minVersion: "TLSv1.3", insecure: true, serverName: "h" },
    null,
  );
  assert.deepEqual(read, { minVersion: "TLSv1.3", insecureSkipVerify: true, serverName: "h" });
});

Deno.test("subscribe takes the seed's arguments, or options", () => {
  const handler = () => {};
  assert.deepEqual(
    readSubscribeOptions("q", handler),
    readSubscribeOptions({ queue: "q", handler }, undefined),
  );
  assert.equal(readSubscribeOptions("", undefined).max, Infinity);
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ max: 0 }, /max must be a whole number of at least 1/],
    [{ handler: 1 }, /handler must be a function/],
    [{ stamp: "x" }, /stamp must be/],
    [{ quue: "q" }, /did you mean queue/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => readSubscribeOptions(options, undefined), { errorCode: 1003, message });
  }
});
