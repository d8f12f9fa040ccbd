/** A stream connection under measurement, ours or Deno's: what the loops need of it. */
export interface Link {
  /** Writes `data`, or some of it; resolves with how much. */
  write(data: Uint8Array): Promise<number>;
  /** Reads what is there into `buffer`; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  close(): void;
}

/** A datagram socket under measurement. What its promises resolve with is of no use here. */
export interface DatagramLink {
  write(data: Uint8Array): Promise<unknown>;
  read(buffer: Uint8Array): Promise<unknown>;
  close(): void;
}

/** How one side makes connections. Addresses are `127.0.0.1:port`, or the path of a socket. */
export interface Side {
  tcp(address: string): Promise<Link>;
  /** @param ca PEM of the authority to trust */
  tls(address: string, ca: string): Promise<Link>;
  unix(path: string): Promise<Link>;
  udp(address: string): Promise<DatagramLink>;
}
