import type { UdpBindOptions, UdpOptions } from "./options.ts";
import type { UdpSocket } from "./socket.ts";

/** UDP sockets (seed `http.md`, "Sockets"; RFC 768). */
export interface UdpApi {
  /**
   * Makes a socket with one peer: `host:port`, `1.2.3.4:53` or `[::1]:53`. Datagrams of others are
   * dropped and counted as `stray`; for broadcast and multicast, which others answer, use `bind`.
   *
   * Nothing is sent, so this succeeds whether the peer is there or not, and of a name's addresses
   * one is chosen without trying: the first IPv4 one, or else the first.
   *
   * Deno asks for two permissions: to send to the peer, and to have an address of this machine,
   * for example `--allow-net=10.0.0.5:53,0.0.0.0:0`, or `127.0.0.1:53,127.0.0.1:0`. A name needs
   * a third, for its lookup.
   *
   * @throws {NetError} `address_invalid`, `dns_*`, `address_blocked`, `address_in_use`,
   * `generator_saturated`, `permission_denied`, `aborted`
   * @throws {OptionError} for an option that doesn't exist or a value out of its range
   */
  open(address: string, options?: UdpOptions): Promise<UdpSocket>;
  /**
   * Makes a socket without a peer: `send` takes the target, `receive` tells the source.
   *
   * @throws {NetError} `address_in_use`, `permission_denied`, `generator_saturated`, `aborted`
   * @throws {OptionError} for an option that doesn't exist or a value out of its range
   */
  bind(options?: UdpBindOptions): Promise<UdpSocket>;
}

/** UDP sockets: `UDP.open` for one peer, `UDP.bind` for many. */
export const UDP: UdpApi = {
  // Loaded when it is needed: most programs use no datagrams, and start faster.
  open: async (address, options) => (await import("./_open_udp.ts")).openUdp(address, options),
  bind: async (options) => (await import("./_open_udp.ts")).bindUdp(options),
};
