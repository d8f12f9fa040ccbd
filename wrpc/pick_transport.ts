import { OptionError } from "../internal/mod.ts";
import { natsTransport } from "./nats/client.ts";
import type { NatsTransportOptions } from "./nats/options.ts";
import { tcpTransport, unixTransport } from "./tcp/client.ts";
import type { TcpTransportOptions, UnixTransportOptions } from "./tcp/options.ts";
import type { Transport } from "./transport.ts";

/** What to call over: one of them. */
export interface TransportChoice {
  /** URL of the server, or how to call over NATS. */
  readonly nats?: string | NatsTransportOptions | undefined;
  /** `host:port`, or how to call over TCP. */
  readonly tcp?: string | TcpTransportOptions | undefined;
  /** Path, or how to call over a Unix socket. */
  readonly unix?: string | UnixTransportOptions | undefined;
  /** Any other transport; closing the client closes it. */
  readonly transport?: Transport | undefined;
}

/** Names of the choices. */
export const TRANSPORT_NAMES = ["nats", "tcp", "unix", "transport"] as const;

/** Makes the transport that options choose. @param what whose options @throws {OptionError} */
export function pickTransport(what: string, choice: TransportChoice): Transport {
  const given = TRANSPORT_NAMES.filter((name) => choice[name] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? "none" : given.join(" and ");
    const message = `${what} takes one of ${TRANSPORT_NAMES.join(", ")}: ${found} is given`;
    throw new OptionError("transport", message);
  }
  const { nats, tcp, unix, transport } = choice;
  if (nats !== undefined) return natsTransport(typeof nats === "string" ? { url: nats } : nats);
  if (tcp !== undefined) return tcpTransport(tcp);
  return unix !== undefined ? unixTransport(unix) : transport!;
}
