import assert from "node:assert/strict";
import { checkConfig, configText, type NatsServerConfig } from "./config.ts";

const PORTS = { client: 1, monitor: 2, leaf: 3, cluster: 4 };

function read(config: NatsServerConfig, routes?: { name: string; ports: number[] }): unknown {
  return JSON.parse(configText(config, "/f", PORTS, routes));
}

const PLAIN = {
  server_name: "downpour",
  host: "127.0.0.1",
  port: 1,
  http: "127.0.0.1:2",
  log_file: "/f/log",
  pid_file: "/f/pid",
};

const CASES: [string, NatsServerConfig, object][] = [
  ["nothing", {}, { jetstream: { store_dir: "/f" } }],
  ["no JetStream", { jetStream: false }, {}],
  ["a token", { jetStream: false, token: "t" }, { authorization: { token: "t" } }],
  [
    "users and a limit of time",
    { jetStream: false, users: [{ user: "a", password: "b" }], authTimeoutMs: 500 },
    { authorization: { users: [{ user: "a", password: "b" }], timeout: 0.5 } },
  ],
  [
    "TLS without clients' certificates",
    { jetStream: false, tls: { cert: "c", key: "k" } },
    { tls: { cert_file: "/f/cert.pem", key_file: "/f/key.pem", timeout: 10 } },
  ],
  [
    "limits",
    {
      jetStream: false,
      maxPayloadBytes: 10,
      maxPendingBytes: 20,
      writeDeadlineMs: 30,
      pingIntervalMs: 40,
      maxPingsOut: 5,
    },
    {
      max_payload: 10,
      max_pending: 20,
      write_deadline: "30ms",
      ping_interval: "40ms",
      ping_max: 5,
    },
  ],
  [
    "a hub of leaf nodes",
    { jetStream: false, leafNodes: true },
    { leafnodes: { host: "127.0.0.1", port: 3 } },
  ],
  [
    "settings of its own, which win",
    { jetStream: false, settings: { port: 9, debug: true } },
    { port: 9, debug: true },
  ],
];

for (const [name, config, expected] of CASES) {
  Deno.test(`configuration: ${name}`, () => {
    assert.deepEqual(read(config), { ...PLAIN, ...expected });
  });
}

Deno.test("configuration: a place in a cluster", () => {
  assert.deepEqual(read({ jetStream: false, name: "n1" }, { name: "c", ports: [4, 5] }), {
    ...PLAIN,
    server_name: "n1",
    cluster: {
      name: "c",
      host: "127.0.0.1",
      port: 4,
      routes: ["nats://127.0.0.1:4", "nats://127.0.0.1:5"],
    },
  });
});

Deno.test("unknown settings and two ways of letting clients in are refused", () => {
  assert.throws(() => checkConfig({ maxPayloadByte: 1 } as NatsServerConfig), {
    name: "OptionError",
    message: /did you mean maxPayloadBytes/,
  });
  assert.throws(() => checkConfig({ token: "t", users: [] }), {
    message: "a nats-server takes users or token: choose one",
  });
});
