import assert from "node:assert/strict";
import { DownpourError } from "../internal/mod.ts";
import { NetError, netError, type NetErrorCode, type NetPhase } from "./errors.ts";

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

// What Deno 2.9 throws, and the same errors stripped of their class or code.
const CASES: [string, unknown, NetPhase, NetErrorCode, string][] = [
  [
    "refused",
    withCode("Connection refused (os error 111)", "ECONNREFUSED"),
    "connect",
    "connection_refused",
    "connect to t:1 failed: connection refused",
  ],
  [
    "refused by class",
    new Deno.errors.ConnectionRefused("no"),
    "connect",
    "connection_refused",
    "connect to t:1 failed: connection refused",
  ],
  [
    "refused by number",
    new Error("Connection refused (os error 111)"),
    "connect",
    "connection_refused",
    "connect to t:1 failed: connection refused",
  ],
  [
    "reset",
    new Deno.errors.ConnectionReset("Connection reset by peer (os error 104)"),
    "read",
    "connection_reset",
    "read from t:1 failed: connection reset by the peer",
  ],
  [
    "aborted by the system",
    new Deno.errors.ConnectionAborted("x"),
    "read",
    "connection_reset",
    "read from t:1 failed: connection aborted",
  ],
  [
    "broken pipe",
    new Deno.errors.BrokenPipe("Broken pipe (os error 32)"),
    "write",
    "broken_pipe",
    "write to t:1 failed: the peer no longer reads (broken pipe)",
  ],
  [
    "timed out",
    new Deno.errors.TimedOut("x"),
    "connect",
    "connection_timeout",
    "connect to t:1 failed: timed out",
  ],
  [
    "network unreachable",
    new Deno.errors.NetworkUnreachable("x"),
    "connect",
    "host_unreachable",
    "connect to t:1 failed: network unreachable",
  ],
  [
    "host unreachable",
    withCode("No route to host (os error 113)", "EHOSTUNREACH"),
    "connect",
    "host_unreachable",
    "connect to t:1 failed: host unreachable",
  ],
  [
    "closed resource",
    new Deno.errors.BadResource("Bad resource ID"),
    "write",
    "socket_closed",
    "write to t:1 failed: the socket was closed",
  ],
  [
    "cancelled",
    new Deno.errors.Interrupted("operation canceled"),
    "read",
    "socket_closed",
    "read from t:1 failed: the socket was closed",
  ],
  [
    "not connected",
    new Deno.errors.NotConnected("x"),
    "write",
    "socket_closed",
    "write to t:1 failed: the connection is gone",
  ],
  [
    "port taken",
    new Deno.errors.AddrInUse("Address already in use (os error 98)"),
    "listen",
    "address_in_use",
    "listen on t:1 failed: address in use",
  ],
  [
    "no such host",
    withCode("getaddrinfo ENOTFOUND t", "ENOTFOUND"),
    "lookup",
    "dns_not_found",
    "lookup of t failed: no such host",
  ],
  [
    "no such host, by name",
    new Error("failed to lookup address information: Name or service not known"),
    "connect",
    "dns_not_found",
    "lookup of t failed: no such host",
  ],
  [
    "resolver down",
    withCode("getaddrinfo EAI_AGAIN t", "EAI_AGAIN"),
    "lookup",
    "dns_failed",
    "lookup of t failed: getaddrinfo EAI_AGAIN t",
  ],
  [
    "resolver down, by name",
    new Error("failed to lookup address information: Temporary failure in name resolution"),
    "connect",
    "dns_failed",
    "lookup of t failed: temporary failure in name resolution",
  ],
  [
    "no permission",
    new Deno.errors.NotCapable(
      'Requires net access to "127.0.0.1:80", run again with the --allow-net flag',
    ),
    "connect",
    "permission_denied",
    "connect to t:1 failed: no permission, run with --allow-net=127.0.0.1:80",
  ],
  [
    "no permission to look up",
    withCode("getaddrinfo EPERM t", "EPERM"),
    "lookup",
    "permission_denied",
    "lookup of t failed: no permission, run with --allow-net=t",
  ],
  [
    "something else",
    new Error("odd (os error 71)"),
    "write",
    "socket_failed",
    "write to t:1 failed: odd (os error 71)",
  ],
  ["not an error", "odd", "read", "socket_failed", "read from t:1 failed: odd"],
  [
    "several",
    new AggregateError([new Error("x"), new Deno.errors.ConnectionRefused("y")]),
    "connect",
    "connection_refused",
    "connect to t:1 failed: connection refused",
  ],
];

Deno.test("netError() maps what Deno throws to stable codes and plain messages", () => {
  for (const [name, cause, phase, code, message] of CASES) {
    const error = netError(cause, phase, phase === "lookup" ? "t" : "t:1");
    assert.ok(error instanceof DownpourError, name);
    assert.equal(error.name, "NetError", name);
    assert.equal(error.code, code, name);
    assert.equal(error.message, message, name);
    assert.equal(error.phase, message.startsWith("lookup") ? "lookup" : phase, name);
    if (!(cause instanceof AggregateError)) assert.equal(error.cause, cause, name);
  }
});

Deno.test("netError() blames the generator, not the target, when a local resource ran out", () => {
  const causes: [unknown, RegExp][] = [
    [new Error("Too many open files (os error 24)"), /generator.*not the target.*ulimit -n/],
    [withCode("Too many open files", "EMFILE"), /generator.*not the target.*ulimit -n/],
    [new Error("Too many open files in system (os error 23)"), /not the target.*ulimit -n/],
    [new Deno.errors.AddrNotAvailable("x (os error 99)"), /local ports.*not the target/],
    [new Deno.errors.AddrInUse("x (os error 98)"), /local ports.*not the target/],
    [new Error("No buffer space available (os error 105)"), /memory, not the target/],
  ];
  for (const [cause, message] of causes) {
    const error = netError(cause, "connect", "127.0.0.1:80");
    assert.equal(error.code, "generator_saturated", String(cause));
    assert.match(error.message, message);
  }
});

Deno.test("netError() hands a NetError on as it is", () => {
  const error = new NetError("aborted", "x", { phase: "connect" });
  assert.equal(netError(error, "read", "t:1"), error);
});
