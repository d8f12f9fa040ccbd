import { isLoopback } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";

/** Takes `host:port` apart. @throws {AgentError} `rpc_address_invalid` */
export function parseAddress(address: string): { hostname: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535) {
    throw new AgentError(
      "rpc_address_invalid",
      `the RPC address is ${JSON.stringify(address)}: give host:port, for example 127.0.0.1:9999`,
    );
  }
  return { hostname: (match[1] ?? match[2])!, port };
}

/** Whether a host is this machine itself: `localhost` or a loopback address. */
export function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || isLoopback(hostname);
}
