/** A datagram as it came: a view of the buffer that it was received into, and its source. */
export type Received<A extends Deno.Addr> = [data: Uint8Array, from: A];

/**
 * What sends and receives datagrams under a socket. It has the shape of `Deno.DatagramConn`, so
 * that one of those costs nothing in between.
 *
 * Of a datagram longer than the buffer, what fits is received and the rest is lost. `close` rejects
 * what is pending. One `receive` is under way at a time.
 */
export interface DatagramBackend<A extends Deno.Addr> {
  /** This end. */
  readonly addr: A;
  /** Sends one datagram; resolves with its length once the system has it. */
  send(data: Uint8Array, to: A): Promise<number>;
  /** Receives one datagram into `buffer`. */
  receive(buffer: Uint8Array): Promise<Received<A>>;
  /** Gives the socket back to the system; called once. */
  close(): void;
  /** Keeps the process alive while a receive is pending. */
  ref(): void;
  /** Lets the process end although a receive is pending. */
  unref(): void;
}

/** Datagrams over UDP. The setters throw an `OptionError` for what the runtime doesn't offer. */
export interface UdpBackend extends DatagramBackend<Deno.NetAddr> {
  /** Receives what is sent to a group; `networkInterface` as in `UdpSocket.joinMulticast`. */
  joinMulticast(group: string, networkInterface: string | number | undefined): Promise<void>;
  /** Ends that. */
  leaveMulticast(group: string, networkInterface: string | number | undefined): Promise<void>;
  /** Whether datagrams may go to broadcast addresses. */
  setBroadcast(allowed: boolean): Promise<void>;
  /** How many routers a multicast datagram may pass, and one. */
  setMulticastTtl(ttl: number): Promise<void>;
  /** Whether multicast datagrams come back to this machine. */
  setMulticastLoopback(on: boolean): Promise<void>;
}

/** Where a UDP socket is bound, and how. */
export interface UdpBinding {
  /** Name or IP address of this machine, IPv6 without brackets. */
  readonly hostname: string;
  /** Port, 0 for a free one. */
  readonly port: number;
  /** Take a port that another socket has. */
  readonly reuseAddress: boolean;
  /** Whether datagrams may go to broadcast addresses; undefined: as the runtime has it. */
  readonly broadcast: boolean | undefined;
  /** How many routers a multicast datagram may pass, and one; undefined: the system's, 1. */
  readonly multicastTtl: number | undefined;
  /** Whether multicast datagrams come back to this machine. */
  readonly multicastLoopback: boolean;
}
