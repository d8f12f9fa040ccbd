// Seed "Sockets", UDP.
import { UDP } from "k6/x/net";

export default async function () {
  const socket = await UDP.open(__ENV.SERVER);
  await socket.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  socket.close();
}
