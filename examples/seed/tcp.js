// Seed "Sockets", TCP. PROXY is a proxy's host:port, or empty for none.
import { TCP } from "k6/x/net";

export default async function () {
  const socket = await TCP.open(__ENV.SERVER, {
    // default      | possible values
    ipVersion: 0, // 0            | 4 (IPv4), 6 (IPv6), 0 (both)
    keepAlive: true, // false        |
    lookup: null, // dns.lookup() |
    proxy: __ENV.PROXY, // ''           |
  });
  console.log(socket.active); // true

  // Writing directly to the socket.
  // Requires TextEncoder implementation, otherwise typed arrays can be used as well.
  await socket.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));

  // And reading...
  socket.on("data", (data) => {
    console.log(`received ${data}`);
    socket.close();
  });

  await socket.done();
}
