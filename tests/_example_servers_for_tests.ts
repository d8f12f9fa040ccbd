import { parseAddress, TCP, UDP } from "../net/mod.ts";

// Small servers that examples need and that nothing else does.

/** A proxy that takes CONNECT, and whole URLs; `asked` collects what for. */
export function startProxy(): AsyncDisposable & { address: string; asked: string[] } {
  const server = TCP.listen();
  const asked: string[] = [];
  const serving = (async () => {
    const piping: Promise<unknown>[] = [];
    for await (const client of server) {
      let head = new Uint8Array();
      while (!decoder.decode(head).includes("\r\n\r\n")) {
        head = Uint8Array.from([...head, ...await client.read() ?? []]);
      }
      const [method, target = ""] = decoder.decode(head).split(" ");
      asked.push(target);
      const tunnels = method === "CONNECT";
      const origin = await TCP.open(tunnels ? target : new URL(target).host);
      if (tunnels) {
        await client.write(encoder.encode("HTTP/1.1 200 Connection established\r\n\r\n"));
      } else await origin.write(head);
      piping.push(
        Promise.allSettled([
          client.readable.pipeTo(origin.writable),
          origin.readable.pipeTo(client.writable),
        ]),
      );
    }
    await Promise.all(piping);
  })();
  return {
    address: server.address,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      await serving;
    },
  };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A DNS server that says 127.0.0.1 to everything, or refuses everything (RFC 1035 §4.1.1). */
export async function startDns(refuses: boolean): Promise<AsyncDisposable & { address: string }> {
  const socket = await UDP.bind();
  const serving = (async () => {
    for await (const { data, address } of socket) {
      const question = data.subarray(12, data.indexOf(0, 12) + 5);
      const answer = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1];
      const flags = [0x81, refuses ? 0x85 : 0x80, 0, 1, 0, refuses ? 0 : 1, 0, 0, 0, 0];
      const reply = [...data.subarray(0, 2), ...flags, ...question, ...(refuses ? [] : answer)];
      await socket.send(Uint8Array.from(reply), address);
    }
  })();
  return {
    address: `127.0.0.1:${socket.localAddress.port}`,
    async [Symbol.asyncDispose]() {
      socket.close();
      await serving;
    },
  };
}

/** An HTTP server behind a PROXY protocol header (version 1): it answers with the header's client. */
export function startBehindBalancer(): AsyncDisposable & { url: string } {
  const server = TCP.listen();
  const answer = (source: string) =>
    new TextEncoder().encode(
      `HTTP/1.1 200 OK\r\nContent-Length: ${source.length}\r\n\r\n${source}`,
    );
  const serving = (async () => {
    for await (const socket of server) {
      let text = "";
      let source = "";
      socket.on("data", (data) => {
        text += new TextDecoder().decode(data);
        const header = /^PROXY TCP4 (\S+) \S+ \d+ \d+\r\n/.exec(text);
        if (header !== null) [source, text] = [header[1]!, text.slice(header[0].length)];
        for (let end; (end = text.indexOf("\r\n\r\n")) >= 0; text = text.slice(end + 4)) {
          socket.write(answer(source)).catch(() => {});
        }
      });
    }
  })();
  const { port } = parseAddress(server.address);
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      await serving;
    },
  };
}
