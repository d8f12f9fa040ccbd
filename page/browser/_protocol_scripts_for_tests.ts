// Loads of every protocol, as users write them.

const STATS = `summaryTrendStats: ["avg", "med", "p(99)", "max"]`;

/** Echoes over TCP and UDP. */
export const SOCKETS_LOAD = `
import { env } from "@downpour/downpour";
import { TCP, UDP } from "@downpour/downpour/net";
const common = { executor: "constant-vus", vus: 2, duration: "3s" };
export const options = {
  ${STATS},
  scenarios: { tcp: { ...common, exec: "tcp" }, udp: { ...common, exec: "udp" } },
  thresholds: { net_errors: ["count==0"], net_connecting: ["p(99)<2000"] },
};
async function echo(socket) {
  for (let i = 0; i < 5; i++) {
    await socket.write(new Uint8Array(64));
    let got = 0;
    while (got < 64) got += await socket.readInto(new Uint8Array(64)) ?? 64;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
export async function tcp() {
  await using socket = await TCP.open(env.TCP);
  await echo(socket);
}
export async function udp() {
  await using socket = await UDP.open(env.UDP, { idleTimeoutMs: 1000 });
  await echo(socket);
}
`;

/** Packets of a session, which the server answers. */
export const PACKETS_LOAD = `
import { env, sleep } from "@downpour/downpour";
import { PacketLoad } from "@downpour/downpour/wasm";
export const options = {
  ${STATS},
  vus: 2, iterations: 2,
  thresholds: { packet_sessions_failed: ["count==0"] },
};
export default async function () {
  await using load = new PacketLoad({
    endpoints: [env.TARGET], headerSize: 4, bodyMax: 1024, sampleRate: 1,
    length: { start: 0, length: 4, endian: "big" },
    packets: { hello: new TextEncoder().encode("\\0\\0\\0\\x05hello") },
  });
  load.create(10);
  await load.connect();
  for (let round = 0; round < 10; round++) {
    await load.send(0, 10, "hello", { copies: 3 });
    await sleep(0.2);
  }
  await load.drain();
}
`;

/** Calls of a blaster. */
export const WRPC_LOAD = `
import { env } from "@downpour/downpour";
import wrpc from "@downpour/downpour/wrpc";
export const options = {
  ${STATS},
  vus: 3, duration: "3s",
  thresholds: { wrpc_blaster_transport_error: ["count==0"] },
};
const blaster = wrpc.blaster({ tcp: env.TCP });
export default async function () {
  await blaster.blast({ wait_ms: 5 });
}
`;

/** What those calls go to: says where it listens. */
export const WRPC_SERVER = `
import wrpc, { blasterInterface } from "@downpour/downpour/wrpc";
const blast = ({ waitMs }) => new Promise((resolve) => setTimeout(resolve, Number(waitMs)));
const server = await wrpc.serve(wrpc.tcpServer(), {
  wit: blasterInterface(), implementation: { blast },
});
console.log(server.address);
`;

/** Requests and their replies. */
export const NATS_LOAD = `
import { env, sleep } from "@downpour/downpour";
import nats from "@downpour/downpour/nats";
export const options = {
  ${STATS},
  scenarios: {
    serve: { executor: "per-vu-iterations", vus: 1, iterations: 1, maxDuration: "9s", exec: "serve" },
    ask: { executor: "constant-vus", startTime: "500ms", vus: 3, duration: "3s", exec: "ask" },
  },
  thresholds: { nats_errors: ["count==0"], nats_request_duration: ["p(99)<2000"] },
};
const conn = await nats.connect({ urls: [env.NATS_URL] });
export async function serve() {
  conn.subscribe("orders.price", "pricing", (message) => message.respond("3"));
  await sleep(4);
}
export async function ask() {
  await conn.request("orders.price", "umbrella", 2000);
  await sleep(0.01);
}
`;
