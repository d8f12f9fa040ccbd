import { checkNames, OptionError } from "../../internal/mod.ts";
import type { AddressOptions } from "../dial/addresses.ts";
import {
  checkBoolean,
  checkFunction,
  checkIpVersion,
  checkLocalAddress,
  checkSignal,
  checkTimeout,
} from "../_open_options.ts";
import { type Address, formatAddress } from "../address.ts";
import { withDefaults } from "../run/defaults.ts";
import { blockedRanges } from "../dial/blocked.ts";
import { checkTtl } from "./_multicast.ts";
import type { UdpBinding } from "./backend.ts";
import type { UdpBindOptions, UdpOptions, UdpSocketOptions } from "./options.ts";

const COMMON = [
  "broadcast",
  "multicastTtl",
  "multicastLoopback",
  "idleTimeoutMs",
  "signal",
  "eventHandlers",
];
const OPEN = ["ipVersion", "lookup", "localAddress", "blockedRanges", ...COMMON];
const BIND = ["hostname", "port", "reuseAddress", ...COMMON];

/** `UdpOptions`, checked, as far as they choose the peer's address. @throws {OptionError} */
export function readUdpOptions(options: UdpOptions, target: Address): AddressOptions {
  checkNames("UDP.open", options, OPEN);
  checkCommon(options);
  const { ipVersion = 0, lookup, localAddress, blockedRanges: ranges = [] } = options;
  checkFunction("lookup", lookup);
  checkLocalAddress(localAddress);
  checkIpVersion(ipVersion, target.host, formatAddress(target));
  return withDefaults({
    ...{ ipVersion, lookup: lookup ?? undefined, localAddress },
    blocked: ranges.length === 0 ? undefined : blockedRanges(ranges),
  });
}

/** `UdpBindOptions`, checked and with their defaults. @throws {OptionError} */
export function readBindOptions(options: UdpBindOptions): UdpBinding {
  checkNames("UDP.bind", options, BIND);
  checkCommon(options);
  const { hostname = "127.0.0.1", port = 0, reuseAddress = false } = options;
  if (typeof hostname !== "string" || hostname === "") {
    throw new OptionError("hostname", `hostname must be a name or an IP address: ${hostname}`);
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new OptionError("port", `port must be 0 to 65535: ${String(port)}`);
  }
  checkBoolean("reuseAddress", reuseAddress);
  return bindingOf(hostname, port, reuseAddress, options);
}

/** A binding with the options that are common to both ways. */
export function bindingOf(
  hostname: string,
  port: number,
  reuseAddress: boolean,
  { broadcast, multicastTtl, multicastLoopback = true }: UdpSocketOptions,
): UdpBinding {
  return { hostname, port, reuseAddress, broadcast, multicastTtl, multicastLoopback };
}

function checkCommon(options: UdpSocketOptions): void {
  checkBoolean("broadcast", options.broadcast);
  checkBoolean("multicastLoopback", options.multicastLoopback);
  if (options.multicastTtl !== undefined) checkTtl(options.multicastTtl);
  checkTimeout("idleTimeoutMs", options.idleTimeoutMs);
  checkSignal(options.signal);
}
