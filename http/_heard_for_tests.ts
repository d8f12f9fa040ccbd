import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { rawServer } from "./_raw_server_for_tests.ts";
import type { Client, ClientEvent, ClientEventType } from "./mod.ts";
import { CLIENT_EVENTS } from "./events.ts";

/** Any event. */
export type AnyEvent = { [T in ClientEventType]: ClientEvent<T> }[ClientEventType];

/** Hears all that a client tells; the list grows. */
export function hear(client: Client, types: readonly ClientEventType[] = CLIENT_EVENTS) {
  const events: AnyEvent[] = [];
  for (const type of types) client.on(type, (event) => void events.push(event as AnyEvent));
  return {
    events,
    /** What was heard, in order. */
    get types(): ClientEventType[] {
      return events.map(({ type }) => type);
    },
    /** The data of all events of a type. */
    of<T extends ClientEventType>(type: T): ClientEvent<T>["data"][] {
      return events.filter((event) => event.type === type)
        .map((event) => event.data as ClientEvent<T>["data"]);
    },
  };
}

/** A server whose only answer has hints before it, two chunks, and trailers behind it. */
export interface FullServer extends AsyncDisposable {
  readonly url: string;
  readonly version: 1.1 | 2;
}

/** Over HTTP/1.1. */
export function fullServer1(): Promise<FullServer> {
  const server = rawServer(async (x) => {
    await x.send("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
    await x.send(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n" +
        "0\r\nX-Sum: 11\r\n\r\n",
    );
  });
  return Promise.resolve({
    url: server.url,
    version: 1.1,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  });
}

/** Over HTTP/2, without TLS. */
export async function fullServer2(): Promise<FullServer> {
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.additionalHeaders({ ":status": 103, "link": "</style.css>" });
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "11" }));
    stream.on("error", () => {}); // The client has gone.
    stream.write("hello");
    stream.end(" world");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    version: 2,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
