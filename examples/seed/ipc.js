// Seed "Sockets", IPC. SOCKET is the path of a Unix socket that speaks HTTP.
import { IPC } from "k6/x/net";
import { Client } from "k6/x/net/http";

export default async function () {
  // The HTTP client supports communicating over a Unix socket.
  const client = new Client({
    dial: async () => {
      return await IPC.open(__ENV.SOCKET);
    },
  });
  await client.get("http://unix/get");

  console.log(client.socket.file.path); // /tmp/unix.sock

  client.socket.close();
}
