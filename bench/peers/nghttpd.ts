import { freePorts, listening } from "../listening.ts";
import { shell, start } from "../process.ts";

/** A running HTTP/2 server. */
export interface Nghttpd {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Version of the nghttpd on the PATH, or null without one. */
export async function nghttpdVersion(): Promise<string | null> {
  const { stdout } = await shell(`PATH=$PATH:/usr/sbin; nghttpd --version`);
  return /nghttp2\/(\S+)/.exec(stdout)?.[1] ?? null;
}

/**
 * Starts nghttpd with one thread on a free loopback port: over HTTP/2 it answers half as often again
 * as nginx.
 *
 * @param folder with `key.pem` and `cert.pem`; its folder `www` is served
 */
export async function startNghttpd(
  folder: string,
  options: { pin: readonly string[]; limitSeconds: number },
): Promise<Nghttpd> {
  const [port] = freePorts(1) as [number];
  const serve = `PATH=$PATH:/usr/sbin; cd "$1"
    exec nghttpd --workers=1 --address=127.0.0.1 --htdocs=www "$2" key.pem cert.pem`;
  const argv = [...options.pin, "bash", "-c", serve, "nghttpd", folder, String(port)];
  const process = await start(argv, { limitSeconds: options.limitSeconds });
  try {
    await listening("nghttpd", port, process);
  } catch (error) {
    await process.stop();
    throw error;
  }
  return { port, url: `https://127.0.0.1:${port}/hello`, stop: () => process.stop() };
}
