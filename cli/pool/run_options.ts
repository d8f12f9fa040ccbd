import { type Command, Option } from "commander";
import { OptionError } from "../../internal/mod.ts";

/** What `--on-loss` and `--weight` may be. */
export const LOSS_CHOICES = ["mark", "redistribute", "abort"] as const;
export const WEIGHT_CHOICES = ["equal", "cores"] as const;
/** What `--storage` may be. */
export const STORAGE_CHOICES = ["file", "memory"] as const;

/** Flags of how a pool on NATS is reached. */
export interface PoolConnectionFlags {
  creds?: string;
  tlsCa?: string;
  tlsCert?: string;
  tlsKey?: string;
}

/** Flags of a run on agents. */
export interface PoolRunFlags extends PoolConnectionFlags {
  on?: string;
  agents?: string;
  where: readonly string[];
  onLoss?: string;
  lossAfter?: string;
  weight?: string;
  replicas?: string;
  storage?: string;
  sign?: string;
}

/** How a pool is reached. */
export function connectionOptions(command: Command): Command {
  return command
    .option("--creds <file>", "credentials for NATS, as nsc writes them")
    .option("--tls-ca <file>", "authorities of the NATS servers' certificates, PEM")
    .option("--tls-cert <file>", "a certificate of one's own for NATS, PEM")
    .option("--tls-key <file>", "its key, PEM");
}

/** What a run takes about agents. */
export function poolRunOptions(command: Command): Command {
  command
    .optionsGroup("Agents:")
    .option("--on <pool>", "run on agents: a pool, as in nats://127.0.0.1:4222, or local")
    .option("--agents <n>", "how many agents [all that are free; local: 2]")
    .addOption(
      new Option("--where <label=value>", "only agents with that label; repeatable").argParser(
        (value, before: string[] | undefined) => [...before ?? [], value],
      ),
    )
    .option("--on-loss <what>", "a lost agent's share: mark, redistribute or abort [mark]")
    .option("--loss-after <time>", "silence after which an agent is lost [15s]")
    .option("--weight <how>", "shares of the agents: equal, or by cores [equal]")
    .option("--replicas <n>", "servers that keep a copy, 1 to 5 [3 where there are as many, or 1]")
    .option("--storage <where>", "where servers keep what they are given: file or memory [file]")
    .option("--sign <file>", "sign the script with this Ed25519 key, PEM");
  return connectionOptions(command);
}

/** Refuses what is for agents alone. @throws {OptionError} */
export function refuseAgentsFlags(flags: PoolRunFlags): void {
  const given = Object.entries({
    "--agents": flags.agents,
    "--where": flags.where[0],
    "--on-loss": flags.onLoss,
    "--loss-after": flags.lossAfter,
    "--weight": flags.weight,
    "--replicas": flags.replicas,
    "--storage": flags.storage,
    "--sign": flags.sign,
    "--creds": flags.creds,
    "--tls-ca": flags.tlsCa,
    "--tls-cert": flags.tlsCert,
    "--tls-key": flags.tlsKey,
  }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  const text = `${given[0]} is for runs on agents: add --on nats://HOST:PORT, or --on local`;
  throw new OptionError(given[0], text);
}
