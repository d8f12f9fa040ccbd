/**
 * Users from a file, one copy of them for all virtual users, and requests that are signed: k6's
 * `SharedArray`, `open`, `k6/encoding` and `k6/crypto`, with types.
 *
 *     deno task downpour target --port 8000
 *     deno task downpour run examples/shared_data.ts -e TARGET=http://127.0.0.1:8000
 */
import { check, env, randomSeed, vu } from "@downpour/downpour";
import { hmac } from "@downpour/downpour/crypto";
import { open, SharedArray } from "@downpour/downpour/data";
import { b64encode } from "@downpour/downpour/encoding";
import { Client } from "@downpour/downpour/http";

export const options = {
  vus: 6,
  iterations: 60,
  thresholds: { checks: ["rate==1"] },
};

interface User {
  readonly name: string;
  readonly key: string;
}

// The function is called once, however many virtual users and processes there are. An element is
// made when it is read.
const users = new SharedArray<User>(
  "users",
  () => JSON.parse(open(import.meta.resolve("./data/users.json"))),
);
// The same users send the same orders in every run.
randomSeed(20);

const client = new Client({ baseUrl: env.TARGET ?? "http://127.0.0.1:8000" });

/** Sends an order that the user has signed. */
export default async function order(): Promise<void> {
  const user = users[vu.idInTest % users.length]!;
  const body = JSON.stringify({ user: user.name, count: Math.ceil(Math.random() * 9) });
  const response = await client.post("/anything", {
    body,
    headers: {
      authorization: `Basic ${b64encode(`${user.name}:${user.key}`)}`,
      "content-type": "application/json",
      "x-signature": hmac("sha256", user.key, body, "hex"),
    },
  });
  const text = await response.text();
  check(response, {
    "order was taken": ({ ok }) => ok,
    "signature went along": () => text.includes(hmac("sha256", user.key, body, "hex")),
  });
}
