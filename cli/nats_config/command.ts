import { join } from "node:path";
import { OptionError } from "../../internal/mod.ts";
import type { NatsConfigOptions } from "../../distributed/mod.ts";
import { OutputError } from "../files.ts";
import type { Host } from "../host.ts";
import { commaList, durationMs } from "../values.ts";
import type { NatsConfigFlags } from "./options.ts";

/** `downpour nats-config`: writes servers' configuration and members' credentials. */
export async function natsConfigCommand(flags: NatsConfigFlags, host: Host): Promise<number> {
  const { natsConfig } = await import("../../distributed/mod.ts");
  const files = natsConfig(await optionsOf(flags));
  const folder = flags.output ?? "nats";
  await writeNew(folder, files);
  host.write("stdout", told(folder, Object.keys(files), flags));
  return 0;
}

async function optionsOf(flags: NatsConfigFlags): Promise<NatsConfigOptions> {
  const { servers, agents, storeDir, expires, account } = flags;
  const tls = tlsOf(flags);
  return {
    ...(servers === undefined ? {} : { servers: commaList("--servers", servers) }),
    ...(agents === undefined ? {} : { agents: commaList("--agents", agents) }),
    ...(storeDir === undefined ? {} : { storeDir }),
    ...(expires === undefined ? {} : { expiresMs: durationMs("--expires", expires) }),
    ...(account === undefined ? {} : { account: await readSeed(account) }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function tlsOf({ tlsCert: cert, tlsKey: key, tlsCa: ca }: NatsConfigFlags) {
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? "--tls-cert" : "--tls-key";
    throw new OptionError(missing, `${missing} is missing: TLS takes --tls-cert and --tls-key`);
  }
  return { cert, key, ...(ca === undefined ? {} : { ca }) };
}

async function readSeed(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : String(error);
    throw new OptionError("--account", `--account: can't read ${path}: ${reason}`, error);
  }
}

/** Writes secrets: for their owner alone, and never over what is there. All of them, or none. */
async function writeNew(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const written: string[] = [];
  let path = folder;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(files)) {
      path = join(folder, name);
      await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
      written.push(path);
    }
  } catch (error) {
    for (const path of written) await Deno.remove(path).catch(() => {});
    throw new OutputError(path, error);
  }
}

function told(folder: string, names: readonly string[], flags: NatsConfigFlags): string {
  const lines = names.map((name) => `wrote ${join(folder, name)}`);
  const agent = names.find((name) => name.startsWith("agent"));
  const server = names.find((name) => name.endsWith(".conf"));
  const [host = "HOST"] = flags.servers === undefined ? [] : commaList("--servers", flags.servers);
  const url = `${flags.tlsCert === undefined ? "nats" : "tls"}://${host}:4222`;
  lines.push("", "Now:");
  if (server !== undefined) lines.push(`  nats-server -c ${join(folder, server)}`);
  lines.push(`  downpour agent --nats ${url} --creds ${join(folder, agent ?? "agent.creds")}`);
  if (names.includes("coordinator.creds")) {
    const creds = join(folder, "coordinator.creds");
    lines.push(`  downpour run load.ts --on ${url} --creds ${creds}`);
    lines.push(
      "",
      `Keep ${
        join(folder, "account.seed")
      } where no server is: it makes credentials for more agents.`,
    );
  }
  return `${lines.join("\n")}\n`;
}
