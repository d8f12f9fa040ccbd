import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import {
  createServer as createSecureServer,
  request as httpsRequest,
  type Server,
} from "node:https";
import { type AddressInfo, connect, type Server as NetServer, type Socket } from "node:net";
import { DownpourError } from "../../internal/mod.ts";
import { hostMatches } from "../exchanges/choose.ts";
import type { Exchange } from "../exchanges/exchange.ts";
import { headerOf } from "../exchanges/headers.ts";
import { LIMITS } from "../limits.ts";
import { Capture, forwarded, pairsOf } from "./capture.ts";
import { type Authority, issue } from "./certificate.ts";

/** Hosts that are given a certificate at most; further ones pass unread. */
const MOST_HOSTS = 200;

/** How a recorder works. */
export interface RecorderOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Signs for the hosts of HTTPS; null lets HTTPS pass unread. */
  readonly authority: Authority | null;
  /** Hosts whose HTTPS is read; undefined for all. */
  readonly hosts?: readonly string[] | undefined;
  /** Certificates to trust besides the system's, PEM: of servers behind the proxy. */
  readonly trust?: string | undefined;
  /** Called for each exchange that is over. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** A proxy that remembers what passes. */
export interface Recorder extends AsyncDisposable {
  readonly port: number;
  /** What passed so far. */
  readonly exchanges: readonly Exchange[];
  /** What passed unread, a line each. */
  readonly notes: readonly string[];
}

/** Where a request goes. */
interface Upstream {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/**
 * Starts a forward proxy on the loopback interface. It ends with all its connections.
 *
 * @throws {DownpourError} `recorder_failed` when it can't listen
 */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const { authority, hosts, trust } = options;
  const exchanges: Exchange[] = [];
  const notes = new Set<string>();
  const sockets = new Set<Socket>();
  const secureServers = new Map<string, Promise<Server>>();
  let page: string | null = null;

  const keep = (exchange: Exchange): void => {
    if (exchanges.length >= LIMITS.requests * 10) {
      notes.add(`what came after ${exchanges.length} requests`);
      return;
    }
    exchanges.push(exchange);
    options.onExchange?.(exchange);
  };
  const handle = (message: IncomingMessage, response: ServerResponse, to: Upstream | null) => {
    const url = urlOf(message, to);
    if (url === null) return refuse(response, 400, USAGE);
    const pairs = pairsOf(message);
    if (headerOf(pairs, "sec-fetch-mode") === "navigate") page = url.pathname;
    const capture = new Capture(message.method ?? "GET", url.href, pairs);
    const secure = url.protocol === "https:";
    const onward = (secure ? httpsRequest : httpRequest)({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
      method: message.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...forwarded(pairs), host: url.host },
      agent: false,
      ...(secure && trust !== undefined ? { ca: trust } : {}),
    });
    const ownPage = page;
    let isOver = false;
    const over = (status: number, headers: [string, string][]) => {
      if (isOver) return;
      isOver = true;
      if (capture.isTooLong) notes.add(`the body of ${message.method} ${url.href}: it is too long`);
      keep(capture.end(status, headers, ownPage));
    };
    onward.on("response", (answer) => {
      const headers = pairsOf(answer);
      const status = answer.statusCode ?? 502;
      response.writeHead(status, forwarded(headers));
      answer.on("data", (chunk: Uint8Array) => {
        if (!response.write(chunk)) {
          answer.pause();
          response.once("drain", () => answer.resume());
        }
      });
      answer.on("end", () => {
        response.end();
        over(status, headers);
      });
      answer.on("error", () => response.destroy());
    });
    onward.on("error", (error) => {
      over(0, []);
      if (response.headersSent) response.destroy();
      else refuse(response, 502, `${url.host} can't be reached: ${error.message}`);
    });
    response.on("close", () => onward.destroy());
    message.on("data", (chunk: Uint8Array) => {
      capture.add(chunk);
      if (!onward.write(chunk)) {
        message.pause();
        onward.once("drain", () => message.resume());
      }
    });
    message.on("end", () => onward.end());
    message.on("error", () => onward.destroy());
  };

  const server = createServer((message, response) => handle(message, response, null));
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  server.on("connection", track);
  server.on("upgrade", (message: IncomingMessage, socket: Socket) => {
    const url = urlOf(message, null);
    notes.add(`WebSocket ${url?.host ?? ""}: is not let through`);
    socket.end("HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  server.on("connect", (message: IncomingMessage, socket: Socket, head: Uint8Array) => {
    track(socket);
    tunnel(message.url ?? "", socket, head).catch((error) => {
      socket.end(`HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n`);
      notes.add(`${message.url}: ${error instanceof Error ? error.message : String(error)}`);
    });
  });

  async function tunnel(authorityForm: string, socket: Socket, head: Uint8Array): Promise<void> {
    const url = URL.parse(`https://${authorityForm}`);
    if (url === null || url.pathname !== "/" || url.host === "") {
      socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const port = url.port === "" ? 443 : Number(url.port);
    const reads = authority !== null &&
      (hosts === undefined || hosts.some((pattern) => hostMatches(pattern, url))) &&
      (secureServers.has(url.host) || secureServers.size < MOST_HOSTS);
    if (!reads) notes.add(`https://${url.host}: passed unread`);
    const to = reads
      ? {
        host: "127.0.0.1",
        port: await secureServer(authority, { secure: true, host, port }, url.host),
      }
      : { host, port };
    const other = connect(to.port, to.host);
    track(other);
    other.once("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) other.write(head);
      socket.pipe(other);
      other.pipe(socket);
    });
    other.once("error", () => socket.destroy());
    socket.once("close", () => other.destroy());
    other.once("close", () => socket.destroy());
  }

  /** The server that speaks TLS in a host's place; its port. */
  async function secureServer(by: Authority, to: Upstream, key: string): Promise<number> {
    let starting = secureServers.get(key);
    if (starting === undefined) {
      starting = startSecure(by, to);
      secureServers.set(key, starting);
    }
    return ((await starting).address() as AddressInfo).port;
  }

  async function startSecure(by: Authority, to: Upstream): Promise<Server> {
    const { cert, key } = await issue(by, to.host);
    const secure = createSecureServer(
      // The authority too: Chromium looks for its key in what is sent.
      { key, cert: cert + by.cert, ALPNProtocols: ["http/1.1"] },
      (message, response) => handle(message, response, to),
    );
    secure.on("connection", track);
    secure.on(
      "tlsClientError",
      () => notes.add(`https://${to.host}: a client refused the authority`),
    );
    await listening(secure, 0);
    return secure;
  }

  await listening(server, options.port).catch((cause) => {
    throw new DownpourError(
      "recorder_failed",
      `cannot listen on 127.0.0.1:${options.port}: ${
        cause instanceof Error ? cause.message : String(cause)
      }`,
      { cause },
    );
  });
  return {
    port: (server.address() as AddressInfo).port,
    exchanges,
    get notes() {
      return [...notes];
    },
    async [Symbol.asyncDispose]() {
      const servers = [server, ...await Promise.all(secureServers.values())];
      const closed = servers.map((one) =>
        new Promise<void>((resolve) => one.close(() => resolve()))
      );
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

const USAGE =
  "This is a proxy of downpour record: set it as the HTTP proxy of a browser or program";

/** Where a request is for: its absolute form, or a path of the host that TLS is spoken for. */
function urlOf({ url = "" }: IncomingMessage, to: Upstream | null): URL | null {
  if (to !== null && url.startsWith("/")) {
    const host = to.host.includes(":") ? `[${to.host}]` : to.host;
    const base = `https://${host}:${to.port}`;
    return URL.parse(`${new URL(base).origin}${url}`);
  }
  return /^http:\/\//i.test(url) ? URL.parse(url) : null;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}

function listening(server: NetServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}
