/**
 * HTTP over wRPC: orders sent as JSON with basic authentication, and read again. TCP or NATS, with
 * NATS_PREFIX, is where the handler is served.
 *
 *     deno task downpour run examples/wrpc_http.ts -e TCP=127.0.0.1:7761
 */
import { check, env } from "@downpour/downpour";
import wrpc, { type WrpcHttpParams } from "@downpour/downpour/wrpc";

export const options = {
  vus: 4,
  iterations: 100,
  thresholds: {
    checks: ["rate==1"],
    wrpc_http_error: ["count==0"],
    wrpc_http_duration: ["p(95)<5000"],
  },
};

const http = wrpc.http(
  env.NATS === undefined
    ? { tcp: env.TCP ?? "127.0.0.1:7761" }
    : { nats: { url: env.NATS, prefix: env.NATS_PREFIX ?? "default" } },
);
const ORDERS = "http://localhost:8000/orders";
const params: WrpcHttpParams = {
  headers: { "X-Source": "downpour" },
  auth: { username: "user", password: "pass" },
  timeout: "10s",
};

export default async function order(): Promise<void> {
  // An object is sent as JSON. The response is kept, which is what `consume` does unless told.
  const created = await http.post(ORDERS, { item: "umbrella", count: 2 }, {
    ...params,
    consume: true,
  });
  const { id } = await created.json() as { id: number };
  check(created, { "it is created": ({ status }) => status === 201 });

  // What comes back is counted, and dropped.
  const read = await http.get(`${ORDERS}/${id}`, {
    ...params,
    consume: false,
    tags: { name: `${ORDERS}/ID` },
  });
  check(read, { "it is there": ({ status }) => status === 200 });
}
