// Seed "Host name resolution". SERVER is the port's myhost:port, DNS_A and DNS_B are DNS servers.
import { TCP } from "k6/x/net";
import dns from "k6/x/net/dns";

const hosts = {
  "hostA": "10.0.0.10",
  "hostB": "10.0.0.11",
};

export default async function () {
  const socket = await TCP.open(__ENV.SERVER, {
    lookup: async (hostname) => {
      // Return either the IP from the static map, or do an OS lookup,
      // or fallback to making a DNS query to specific servers.
      return hosts[hostname] || await dns.lookup(hostname) ||
        await dns.resolve(hostname, {
          rrtype: "A",
          servers: [__ENV.DNS_A, __ENV.DNS_B],
        });
    },
  });
}
