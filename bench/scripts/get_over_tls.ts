import { check } from "k6";
import { Client } from "k6/x/net/http";

declare const __ENV: Record<string, string>;

const target = __ENV.TARGET!;
const client = new Client({ version: 1.1, tls: { caCerts: [__ENV.CA!] } });

export default async function (): Promise<void> {
  const response = await client.get(target);
  check(response, { "status is 200": (r) => r.status === 200 });
}
