import { freePorts, listening } from "../listening.ts";
import { shell, start } from "../process.ts";

/**
 * A running nginx that answers with a small fixed body, but under `/files/` with what is in the
 * folder's `www/files`, and at `/upload` once it has read the body.
 */
export interface Nginx {
  readonly port: number;
  readonly url: string;
  /** The same server on each of its ports. */
  readonly urls: readonly string[];
  /** Where it speaks TLS; null without certificates. */
  readonly secure: { readonly port: number; readonly url: string } | null;
  /** Connections that it holds now, those of the bench included. */
  connections(): Promise<number>;
  /** Ends it and its workers. */
  stop(): Promise<void>;
}

/** Version of the nginx on the PATH, or null without one. */
export async function nginxVersion(): Promise<string | null> {
  const { stdout } = await shell(`PATH=$PATH:/usr/sbin; nginx -v 2>&1`);
  return /nginx\/(\S+)/.exec(stdout)?.[1] ?? null;
}

/** Settings of an nginx. */
export interface NginxOptions {
  /** One for measurements of rate; more to hold more connections than one process may. */
  readonly workers: number;
  /**
   * Ports that it listens on. Connecting gets slow once half of the system's ephemeral ports are
   * connected to one and the same port: the kernel looks for a free one at each.
   *
   * @default {1}
   */
  readonly ports?: number;
  /** Whether one port more speaks TLS, with `cert.pem` and `key.pem` of the folder. Default false. */
  readonly tls?: boolean;
  /** Goes before the command. Default: nothing. */
  readonly pin?: readonly string[];
  /** Longest time that it may run. */
  readonly limitSeconds: number;
}

/**
 * Starts nginx on free loopback ports.
 *
 * @param folder where its configuration and log go
 */
export async function startNginx(
  folder: string,
  options: NginxOptions,
): Promise<Nginx> {
  const files = Number((await shell("ulimit -H -n")).stdout) || 65_536; // "unlimited"
  let lastError: unknown;
  for (let attempt = 0; attempt < 3; attempt++) {
    const ports = freePorts((options.ports ?? 1) + 1);
    const securePort = ports.pop()!;
    const port = ports[0]!;
    const path = `${folder}/nginx-${port}.conf`;
    const secure = options.tls ? tlsListener(folder, securePort) : "";
    await Deno.writeTextFile(path, configuration(folder, ports, secure, options.workers, files));
    const process = await start(
      [
        ...options.pin ?? [],
        "bash",
        "-c",
        `PATH=$PATH:/usr/sbin; exec nginx -e "$1/nginx.log" -p "$1" -c "$2"`,
        "nginx",
        folder,
        path,
      ],
      { limitSeconds: options.limitSeconds, signal: "TERM" },
    );
    try {
      await listening("nginx", port, process);
      return {
        port,
        url: `http://127.0.0.1:${port}/`,
        urls: ports.map((each) => `http://127.0.0.1:${each}/`),
        secure: options.tls ? { port: securePort, url: `https://127.0.0.1:${securePort}/` } : null,
        connections: () => activeConnections(port),
        stop: () => process.stop(),
      };
    } catch (error) { // the port may have been taken in between
      lastError = error;
      await process.stop();
    }
  }
  throw lastError;
}

async function activeConnections(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/bench-status`)).text();
  const found = /Active connections: (\d+)/.exec(text);
  if (found === null) throw new Error("read nginx status: this nginx has no stub_status module");
  return Number(found[1]);
}

function tlsListener(folder: string, port: number): string {
  const files = `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`;
  return `listen 127.0.0.1:${port} ssl; ${files}`;
}

function configuration(
  folder: string,
  ports: readonly number[],
  secure: string,
  workers: number,
  files: number,
): string {
  // With several workers each gets its own queue, so that the kernel deals connections out evenly.
  const how = `backlog=16384${workers > 1 ? " reuseport" : ""}`;
  const listen = ports.map((port) => `listen 127.0.0.1:${port} ${how};`).join(" ");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ");
  return `
daemon off;
worker_processes ${workers};
worker_rlimit_nofile ${files};
pid ${folder}/nginx-${ports[0]}.pid;
error_log ${folder}/nginx.log crit;
events { worker_connections ${files}; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  default_type text/plain;
  ${temporary}
  upstream itself { server 127.0.0.1:${ports[0]}; keepalive 16; }
  server {
    ${listen} ${secure}
    root ${folder}/www;
    location / { return 200 "Hello from the other side\\n"; }
    location /files/ { sendfile on; }
    # Only what is handed on is read to its end before the answer.
    location = /upload {
      client_max_body_size 16m;
      client_body_buffer_size 2m;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Connection "";
      proxy_http_version 1.1;
      proxy_pass http://itself/;
    }
    location = /bench-status { stub_status; }
  }
}
`;
}
