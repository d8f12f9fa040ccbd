import { startTarget } from "../targets/mod.ts";
import { OptionError } from "../internal/mod.ts";
import type { Host } from "./host.ts";
import type { TargetFlags } from "./options.ts";
import { wholeNumber } from "./values.ts";

/** `downpour target`: serves until a signal comes; its URL is all that goes to standard output. */
export async function serveTarget(flags: TargetFlags, host: Host): Promise<number> {
  const port = wholeNumber("--port", flags.port, 0);
  if (port > 65535) throw new OptionError("--port", `--port is more than 65535: "${flags.port}"`);
  const { promise: signalled, resolve } = Promise.withResolvers<void>();
  const target = startTarget({ hostname: flags.host, port });
  const removeSignals = host.onSignal(resolve);
  try {
    host.write("stdout", `${target.url}\n`);
    host.write("stderr", "downpour: the target is ready; Ctrl-C ends it\n");
    await signalled;
  } finally {
    removeSignals();
    await target.shutdown();
  }
  return 0;
}
