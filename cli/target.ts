import { OptionError } from "../internal/mod.ts";
import type { NatsServer } from "../nats/server/mod.ts";
import { type PacketTarget, startTarget, type Target } from "../targets/mod.ts";
import type { Host } from "./host.ts";
import type { TargetFlags } from "./options.ts";
import { durationMs, oneOf, wholeNumber } from "./values.ts";

/** Port of the HTTP target, unless another is asked for. */
const HTTP_PORT = "8000";
/** Flags that say what packets are answered with. */
const PACKET_FLAGS = ["answer", "split", "heartbeat", "closeAfter"] as const;

/** `downpour target`: serves until a signal comes; its address is all that goes to standard output. */
export async function serveTarget(flags: TargetFlags, host: Host): Promise<number> {
  const { promise: signalled, resolve } = Promise.withResolvers<void>();
  const removeSignals = host.onSignal(resolve); // Before it starts: it must not outlive a signal.
  try {
    await using target = await serve(flags);
    host.write("stdout", `${"url" in target ? target.url : target.address}\n`);
    host.write("stderr", "downpour: the target is ready; Ctrl-C ends it\n");
    await signalled;
  } finally {
    removeSignals();
  }
  return 0;
}

function serve(flags: TargetFlags): Target | Promise<NatsServer | PacketTarget> {
  if (flags.nats && flags.packets) {
    throw new OptionError("--packets", "--nats and --packets exclude each other: give one");
  }
  if (flags.packets) return servePackets(flags);
  const lonely = PACKET_FLAGS.find((flag) => flags[flag] !== undefined);
  if (lonely !== undefined) {
    const option = `--${lonely.replace("A", "-a")}`;
    throw new OptionError(option, `${option} needs --packets`);
  }
  return flags.nats ? serveNats(flags) : serveHttp(flags);
}

function serveHttp({ host, port = HTTP_PORT }: TargetFlags): Target {
  return startTarget({ hostname: host, port: portOf(port) });
}

async function serveNats({ host, port = "0" }: TargetFlags): Promise<NatsServer> {
  const { startNatsServer } = await import("../nats/server/mod.ts");
  return await startNatsServer({ host, port: portOf(port) });
}

async function servePackets(flags: TargetFlags): Promise<PacketTarget> {
  const { answer, split, heartbeat, closeAfter, host, port = "0" } = flags;
  const { PACKET_ANSWERS, PACKET_SPLITS, startPackets } = await import("../targets/mod.ts");
  return await startPackets({
    hostname: host,
    port: portOf(port),
    ...(answer === undefined ? {} : { answer: oneOf("--answer", answer, PACKET_ANSWERS) }),
    ...(split === undefined ? {} : { split: oneOf("--split", split, PACKET_SPLITS) }),
    ...(heartbeat === undefined ? {} : { heartbeatMs: durationMs("--heartbeat", heartbeat) }),
    ...(closeAfter === undefined
      ? {}
      : { closeAfter: wholeNumber("--close-after", closeAfter, 1) }),
  });
}

function portOf(text: string): number {
  const port = wholeNumber("--port", text, 0);
  if (port > 65535) throw new OptionError("--port", `--port is more than 65535: "${text}"`);
  return port;
}
