// Seed "Client": forcing unencrypted HTTP/2 (h2c).
import { TCP } from 'k6/x/net';
import { Client } from 'k6/x/net/http';

export default async function () {
  const client = new Client({
    dial: async address => {
      return await TCP.open(address, { tls: false });
    },
    version: [2],
  });
  await client.get(__ENV.TARGET);
}
