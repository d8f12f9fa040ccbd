// Seed "Client": TLS with a custom CA certificate and forcing HTTP/2.
import { TCP } from 'k6/x/net';
import { Client } from 'k6/x/net/http';
import { open } from 'k6/x/file';

const caCert = await open(__ENV.CA);

export default async function () {
  const client = new Client({
    dial: async address => {
      return await TCP.open(address, {
        tls: {
          alpn: ['h2'],
          caCerts: [caCert],
        }
      });
    },
  });
  await client.get(__ENV.TARGET);
}
