import { OptionError } from "../internal/mod.ts";
import type { NatsServer } from "../nats/server/mod.ts";
import { startTarget, type Target } from "../targets/mod.ts";
import type { Host } from "./host.ts";
import type { TargetFlags } from "./options.ts";
import { wholeNumber } from "./values.ts";

/** Port of the HTTP target, unless another is asked for. */
const HTTP_PORT = "8000";

/** `downpour target`: serves until a signal comes; its URL is all that goes to standard output. */
export async function serveTarget(flags: TargetFlags, host: Host): Promise<number> {
  const { promise: signalled, resolve } = Promise.withResolvers<void>();
  const removeSignals = host.onSignal(resolve); // Before it starts: it must not outlive a signal.
  try {
    await using target = await (flags.nats ? serveNats(flags) : serveHttp(flags));
    host.write("stdout", `${target.url}\n`);
    host.write("stderr", "downpour: the target is ready; Ctrl-C ends it\n");
    await signalled;
  } finally {
    removeSignals();
  }
  return 0;
}

function serveHttp({ host, port = HTTP_PORT }: TargetFlags): Target {
  return startTarget({ hostname: host, port: portOf(port) });
}

async function serveNats({ host, port = "0" }: TargetFlags): Promise<NatsServer> {
  const { startNatsServer } = await import("../nats/server/mod.ts");
  return await startNatsServer({ host, port: portOf(port) });
}

function portOf(text: string): number {
  const port = wholeNumber("--port", text, 0);
  if (port > 65535) throw new OptionError("--port", `--port is more than 65535: "${text}"`);
  return port;
}
