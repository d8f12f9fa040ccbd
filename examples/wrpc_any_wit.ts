/**
 * Load on an interface of your own: its WIT, and calls. TCP is where it is served.
 *
 *     deno task downpour run examples/wrpc_any_wit.ts -e TCP=127.0.0.1:7761
 */
import { check, env } from "@downpour/downpour";
import wrpc from "@downpour/downpour/wrpc";

export const options = {
  vus: 4,
  iterations: 200,
  thresholds: { checks: ["rate==1"], wrpc_transport_error: ["count==0"] },
};

const wit = `
  package shop:orders@1.0.0;
  interface pricing {
    record item { name: string, count: u32 }
    price: func(items: list<item>) -> result<u64, string>;
  }`;
const pricing = wrpc.client({ wit, tcp: env.TCP ?? "127.0.0.1:7761" });

export default async function order(): Promise<void> {
  const items = [{ name: "umbrella", count: 2 }, { name: "boots", count: 1 }];
  check(await pricing.call("price", [items]), {
    "it has its price": (price) => Object(price).tag === "ok" && Object(price).val === 65n,
  });
}
