import type { Command } from "commander";
import type { CommandInfo } from "../command_info.ts";
import { generalOptions } from "../options.ts";

/** Flags of `downpour nats-config`. */
export interface NatsConfigFlags {
  output?: string;
  servers?: string;
  agents?: string;
  storeDir?: string;
  tlsCert?: string;
  tlsKey?: string;
  tlsCa?: string;
  expires?: string;
  account?: string;
}

/** `downpour nats-config`, as help and the parser know it. */
export const natsConfigInfo: CommandInfo = {
  operand: "",
  summary: "write NATS servers' configuration for a pool of agents",
  description:
    "Writes the configuration of NATS servers for a pool, and credentials with which its\n" +
    "members may do what their part of a run takes, and nothing else. Nothing that is there\n" +
    "is overwritten.",
  examples: [
    "nats-config -o nats --tls-cert /etc/nats/cert.pem --tls-key /etc/nats/key.pem",
    "nats-config -o nats --servers n1,n2,n3 --agents eu1,eu2,us1",
    "nats-config -o nats --account nats/account.seed --agents us2",
  ],
  options: natsConfigOptions,
};

function natsConfigOptions(command: Command): Command {
  command
    .optionsGroup("Pool:")
    .option("-o, --output <folder>", "the folder to write to [nats]")
    .option("--agents <ids>", "agents with credentials of their own, as in a,b [one for all]")
    .option("--expires <time>", "how long credentials are good [for ever]")
    .option("--account <file>", "make credentials only, for servers set up with this account.seed")
    .optionsGroup("Servers:")
    .option("--servers <names>", "hosts of a cluster, as in n1,n2,n3 [one server]")
    .option("--store-dir <folder>", "where they keep streams [/var/lib/nats]")
    .option("--tls-cert <file>", "their certificate, PEM [no TLS]")
    .option("--tls-key <file>", "its key, PEM")
    .option("--tls-ca <file>", "authority that clients' certificates must be of [none]");
  return generalOptions(command);
}
