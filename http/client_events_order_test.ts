import assert from "node:assert/strict";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { startTarget } from "../targets/mod.ts";
import { CLIENT_EVENTS } from "./events.ts";
import { fullServer1, fullServer2, hear } from "./_heard_for_tests.ts";
import { startOrigin } from "./_origin_for_tests.ts";
import { connectProxy } from "./_proxies_for_tests.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { Client, type ClientEventType, type ClientOptions } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };
const VERSIONS = [1.1, 2] as const;

type Version = typeof VERSIONS[number];

/** Makes an event happen on a real server; `client` makes one with a listener to it. */
type Scenario = (client: (options?: ClientOptions) => Client, version: Version) => Promise<void>;

const get: Scenario = async (client, version) => {
  await using target = startTarget();
  await client({ version: [version] }).get(`${target.url}/get`);
};

const full: Scenario = async (client, version) => {
  await using server = await (version === 2 ? fullServer2() : fullServer1());
  await client({ version: [version] }).post(server.url, { body: "four" });
};

const secure: Scenario = async (client, version) => {
  await using origin = startOrigin(leaf);
  await client({ version: [version], tls }).get(`https://${origin.address}/`);
};

const refused: Scenario = async (client, version) => {
  await client({ version: [version] }).get("http://127.0.0.1:1/", {
    retry: { attempts: 2, delay: 0 },
  });
};

const SCENARIOS: Readonly<Record<ClientEventType, Scenario>> = {
  requestCreated: get,
  requestToBeSent: get,
  async requestQueued(client, version) {
    await using origin = startOrigin(leaf);
    const limited = client({ version: [version], tls, maxConnections: 1 });
    await Promise.all([1, 2].map((n) => limited.get(`https://${origin.address}/${n}`)));
  },
  lookupStart: secure,
  lookupEnd: secure,
  connectStart: get,
  connectEnd: get,
  connectError: refused,
  async proxyConnected(client, version) {
    await using origin = startOrigin(leaf);
    await using proxy = connectProxy();
    const through = client({ version: [version], tls, proxy: `http://127.0.0.1:${proxy.port}` });
    await through.get(`https://${origin.address}/`);
  },
  tlsStart: secure,
  tlsEnd: secure,
  connectionAcquired: get,
  headersSent: full,
  bodyChunkSent: full,
  requestSent: full,
  informationReceived: full,
  responseStarted: full,
  bodyChunkReceived: full,
  trailersReceived: full,
  connectionReleased: get,
  async connectionClosed(client, version) {
    await using target = startTarget();
    const closed = client({ version: [version] });
    await closed.get(`${target.url}/get`);
    closed.close();
  },
  responseReceived: get,
  async cookiesReceived(client, version) {
    await using target = startTarget();
    await client({ version: [version] }).get(`${target.url}/cookies/set?a=1`);
  },
  async authRequired(client, version) {
    await using target = startTarget();
    await client({ version: [version] }).get(`${target.url}/status/401`);
  },
  async redirect(client, version) {
    await using target = startTarget();
    await client({ version: [version] }).get(`${target.url}/redirect/1`);
  },
  requestRetried: refused,
  async requestTimeout(client, version) {
    await using target = startTarget();
    await client({ version: [version] }).get(`${target.url}/delay/5`, { timeout: { total: 20 } });
  },
  async requestAborted(client, version) {
    await using target = startTarget();
    const abort = new AbortController();
    const call = client({ version: [version] }).get(`${target.url}/delay/5`, {
      signal: abort.signal,
      eventHandlers: { requestSent: () => abort.abort() },
    });
    await assert.rejects(call);
  },
  requestFailed: refused,
  async upgrade(client) {
    await using server = rawServer((x) => {
      return x.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n");
    });
    const headers = { Upgrade: "echo", Connection: "Upgrade" };
    const response = await client().get(server.url, { headers }); // HTTP/2 has no upgrades.
    response.upgrade().close();
  },
  metricsToBeEmitted: get,
  responseCompleted: get,
};

Deno.test("the table has every event there is", () => {
  assert.deepEqual([...CLIENT_EVENTS].sort(), Object.keys(SCENARIOS).sort());
  assert.equal(new Set(CLIENT_EVENTS).size, CLIENT_EVENTS.length);
});

for (const version of VERSIONS) {
  for (const type of CLIENT_EVENTS) {
    Deno.test(`${type} is told to who listens to nothing else: HTTP/${version}`, async () => {
      const clients: Client[] = [];
      let heard = 0;
      try {
        await SCENARIOS[type]((options) => {
          const client = new Client(options);
          client.on(type, (event) => {
            assert.equal(event.type, type);
            assert.notEqual(event.data, undefined);
            heard++;
          });
          clients.push(client);
          return client;
        }, version);
      } finally {
        for (const client of clients) client.close();
      }
      await new Promise((resolve) => setTimeout(resolve)); // What closing tells has been told.
      assert(heard > 0);
    });
  }
}

/** Which events may follow one of the same call, where more than the order of the list counts. */
function checkOrder(types: readonly ClientEventType[]): void {
  const place = new Map(CLIENT_EVENTS.map((type, at) => [type, at]));
  /** Begin another attempt, or another connection for the same. */
  const again: readonly ClientEventType[] = ["requestToBeSent", "connectStart"];
  let last: ClientEventType = "requestCreated";
  for (const type of types) {
    const goesOn = place.get(type)! >= place.get(last)!;
    // Samples of a failed call are emitted behind `requestFailed`, those of others at once.
    const isLate = type === "metricsToBeEmitted" && last === "requestFailed";
    assert(
      goesOn || again.includes(type) || isLate,
      `${last}, then ${type}, in ${types.join(" ")}`,
    );
    last = type;
  }
  const ended = types.filter((type) => type === "responseCompleted" || type === "requestAborted");
  assert.equal(ended.length, 1);
  assert.equal(types.at(0), "requestCreated");
  for (
    const [begin, ends] of [
      ["connectStart", ["connectEnd", "connectError"]],
      ["requestToBeSent", ["metricsToBeEmitted"]],
      ["lookupStart", ["lookupEnd"]],
      ["requestToBeSent", ["responseReceived"]],
    ] as const
  ) {
    const open = types.filter((type) => type === begin).length;
    const closed = types.filter((type) => (ends as readonly string[]).includes(type)).length;
    assert.equal(open, closed, `${begin} in ${types.join(" ")}`);
  }
}

Deno.test("events of one call come in the order of the list, whatever happens to it", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const random = (n: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor(state / 2 ** 31 * n);
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  await using target = startTarget();
  await using full1 = await fullServer1();
  await using full2 = await fullServer2();
  await using dying = rawServer((x) => x.close());
  for (const version of VERSIONS) {
    await using client = new Client({ version: [version] });
    const heard = hear(client, CLIENT_EVENTS.filter((type) => type !== "connectionClosed"));
    // They are slow, so that what they are told comes out of order if it can.
    for (const type of ["requestSent", "responseStarted", "bodyChunkReceived"] as const) {
      client.on(type, () => new Promise((resolve) => setTimeout(resolve)));
    }
    client.on("authRequired", ({ data }) => {
      if (data.response.url.endsWith("?give")) {
        data.credentials = { username: "a", password: "b" };
      }
    });
    const urls = [
      ...["/get", "/redirect/2", "/status/503", "/status/401", "/status/401?give", "/bytes/300000"]
        .map((path) => target.url + path),
      `${target.url.replace("127.0.0.1", "localhost")}/cookies/set?a=1`,
      (version === 2 ? full2 : full1).url,
      "http://127.0.0.1:1/",
      "http://nowhere.invalid/",
      ...(version === 2 ? [] : [dying.url]),
    ];
    for (let i = 0; i < 60; i++) {
      const url = pick(urls);
      const responseType = pick(["bytes", "none"] as const);
      const body = pick([undefined, "short", new Uint8Array(200_000)]);
      const retry = { attempts: 1 + random(2), delay: 0 };
      const method = body === undefined ? "GET" : "PUT";
      await client.request(method, url, { responseType, body: body ?? null, retry });
      try {
        checkOrder(heard.types);
      } catch (error) {
        throw new Error(`seed ${seed}, ${method} ${url}`, { cause: error });
      }
      heard.events.length = 0;
    }
  }
});
