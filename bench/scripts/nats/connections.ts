import { sleep } from "k6";
import { Gauge } from "k6/metrics";
import { connect } from "./measure.ts";

declare const __ENV: Record<string, string>;

export const options = { vus: 1, iterations: 1 };

const connected = new Gauge("bench_connected");

export default async function (): Promise<void> {
  const began = performance.now();
  const connections = [];
  for (let i = 0; i < Number(__ENV.CONNECTIONS); i++) {
    const conn = await connect();
    conn.subscribe(`bench.${i}`, "", () => {});
    connections.push(conn);
  }
  await sleep(Math.max(0, Number(__ENV.SECONDS) - (performance.now() - began) / 1000));
  connected.add(connections.filter((conn) => conn.isConnected()).length);
  await Promise.all(connections.map((conn) => conn.close()));
}
