import { describeError, OptionError } from "../internal/mod.ts";
import { natsServer, type ServerTransport, tcpServer, unixServer } from "../wrpc/mod.ts";
import { hostComponent, type HostOptions, serveComponent } from "../wrpc/host/mod.ts";
import { type Host, writeQuietly } from "./host.ts";
import type { ServeFlags } from "./serve_options.ts";
import { durationMs, hostAndPort, wholeNumber } from "./values.ts";

const DEFAULT_TCP = "127.0.0.1:7761";
const DEFAULT_TIMEOUT = "30s";

/**
 * `downpour serve`: hosts a component and serves it until a signal comes. Where it serves is all
 * that goes to standard output; what the component prints goes to standard error.
 */
export async function serveCommand(path: string, flags: ServeFlags, host: Host): Promise<number> {
  const { promise: signalled, resolve } = Promise.withResolvers<void>();
  const removeSignals = host.onSignal(resolve); // Before it starts: it must not outlive a signal.
  const say = (line: string) => {
    if (flags.quiet !== true) writeQuietly(host, `${line}\n`);
  };
  try {
    const { transport, shown } = transportOf(flags);
    const timeoutMs = durationMs("--timeout", flags.timeout ?? DEFAULT_TIMEOUT);
    await using component = await hostComponent(path, {
      ...hostOptions(flags),
      deadlineMs: timeoutMs,
      onLog: say,
    });
    await using serving = await serveComponent(component, transport, {
      timeoutMs,
      onError: (error) => say(`downpour: ${describeError(error)}`),
    });
    host.write("stdout", `${shown(serving.address)}\n`);
    const names = component.exports.map(({ name }) => name).join(", ");
    say(`downpour: ${names} is served; Ctrl-C ends it`);
    await signalled;
  } finally {
    removeSignals();
  }
  return 0;
}

/** What to serve over, and how its address is shown. */
function transportOf({ tcp, unix, nats, prefix, queue }: ServeFlags): {
  readonly transport: ServerTransport;
  readonly shown: (address: string) => string;
} {
  const given = Object.entries({ tcp, unix, nats }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => `--${name}`);
    throw new OptionError(names[1]!, `${names.join(" and ")} exclude each other: give one`);
  }
  if (nats !== undefined) {
    const transport = natsServer({
      url: nats,
      ...(prefix === undefined ? {} : { prefix }),
      ...(queue === undefined ? {} : { queueGroup: queue }),
    });
    return { transport, shown: (address) => address === "" ? nats : `${nats} ${address}` };
  }
  if (prefix !== undefined) throw new OptionError("--prefix", "--prefix needs --nats");
  if (queue !== undefined) throw new OptionError("--queue", "--queue needs --nats");
  const shown = (address: string) => address;
  if (unix !== undefined) return { transport: unixServer(unix), shown };
  return { transport: tcpServer(hostAndPort("--tcp", tcp ?? DEFAULT_TCP)), shown };
}

function hostOptions({ processes, instances, fresh, memory }: ServeFlags): HostOptions {
  const number = (name: string, text: string | undefined) =>
    text === undefined
      ? {}
      : { [name.replace("memory", "memoryMb")]: wholeNumber(`--${name}`, text, 1) };
  return {
    ...number("processes", processes),
    ...number("instances", instances),
    ...number("memory", memory),
    ...(fresh === true ? { fresh } : {}),
  };
}
