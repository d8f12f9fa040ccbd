import { fileURLToPath } from "node:url";
import { accepting, freePort, type Program, startProgram } from "../internal/programs_for_tests.ts";
import { type NatsServer, startNatsServer } from "../nats/server/mod.ts";
import { serversHere } from "../nats/server/servers_for_tests.ts";

/** Path of `wrpc-wasmtime`; null where there is none. */
export const wasmtime: string | null = await findWasmtime();

async function findWasmtime(): Promise<string | null> {
  const script = fileURLToPath(new URL("../tools/wrpc_wasmtime.sh", import.meta.url));
  const { success, stdout } = await new Deno.Command("bash", { args: [script] }).output();
  return success ? new TextDecoder().decode(stdout).trim() : null;
}

/** A test against `wrpc-wasmtime`: skipped, with the reason in its name, where something is missing. */
export function wasmtimeTest(
  name: string,
  fn: (program: string) => Promise<void>,
  needs: { readonly nats?: boolean; readonly missing?: readonly string[] } = {},
): void {
  const missing = [
    ...(wasmtime === null ? ["wrpc-wasmtime: tools/wrpc_wasmtime.sh --install"] : []),
    ...(needs.nats === true && !serversHere ? ["nats-server"] : []),
    ...(needs.missing ?? []),
  ];
  const ignore = missing.length > 0;
  Deno.test({
    name: ignore ? `${name} (needs ${missing.join(" and ")})` : name,
    ignore,
    fn: () => fn(wasmtime!),
  });
}

/** A component that `wrpc-wasmtime` serves. */
export interface WasmtimeServer extends AsyncDisposable {
  /** What a client takes to call it. */
  readonly where: { readonly tcp: string } | {
    readonly nats: { readonly url: string; readonly prefix: string };
  };
  /** What the program printed so far. */
  readonly output: () => Promise<string>;
}

/** What is to be served: a file's path, or the text of a component, and what it exports. */
export interface Workload {
  readonly component: { readonly path: string } | { readonly text: string };
  /** The instance that it exports, with so many functions. */
  readonly instance: string;
  readonly functions: number;
}

/** Serves over TCP; waits until every function is answered. */
export async function serveTcp(program: string, workload: Workload): Promise<WasmtimeServer> {
  const port = freePort();
  const tcp = `127.0.0.1:${port}`;
  const served = await startServing(
    program,
    `tcp serve --export ${tcp}`,
    workload,
    async (output) => {
      // It accepts before it has compiled, and names a function just before that is there. So the
      // last one is called, without its parameters, until the call is one for it.
      if (output.includes("serving instance function invocation")) return true;
      const names = [...output.matchAll(/serving instance function name="(.*?)"/g)];
      if (names.length === workload.functions && await accepting(port)) {
        await callWithNothing(port, workload.instance, names.at(-1)![1]!);
      }
      return false;
    },
  );
  return {
    where: { tcp },
    output: () => served.output(),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

/** Serves over a NATS server of its own, under a prefix; waits until every function is subscribed to. */
export async function serveNats(program: string, workload: Workload): Promise<WasmtimeServer> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await startNatsServer({ jetStream: false }));
  const { url } = server;
  const prefix = "test.live";
  const command = `nats serve --nats ${url} --export ${prefix}`;
  const served = started.use(
    await startServing(
      program,
      command,
      workload,
      async () => await subscriptions(server, prefix) === workload.functions,
    ),
  );
  const running = started.move();
  return {
    where: { nats: { url, prefix } },
    output: () => served.output(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function startServing(
  program: string,
  command: string,
  { component }: Workload,
  ready: (output: string) => Promise<boolean>,
): Promise<Program> {
  const files = "text" in component ? { "component.wat": component.text } : {};
  const file = "text" in component ? "$0/component.wat" : component.path;
  return startProgram(
    `export NO_COLOR=1; exec "${program}" ${command} "${file}"`,
    files,
    async (running) => {
      if (await ready(await running.output())) return true;
      // Compiling a large component takes a while.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return false;
    },
  );
}

async function callWithNothing(port: number, instance: string, name: string): Promise<void> {
  const encoder = new TextEncoder();
  const header = [instance, name].flatMap((text) => [text.length, ...encoder.encode(text)]);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(Uint8Array.of(0, ...header));
  await conn.closeWrite();
  await conn.read(new Uint8Array(64)).catch(() => {}); // Until it is done, either way.
}

async function subscriptions(server: NatsServer, prefix: string): Promise<number> {
  const { subscriptions_list = [] } = await server.monitor("/subsz?subs=1") as {
    subscriptions_list?: { subject: string }[];
  };
  return subscriptions_list.filter(({ subject }) => subject.startsWith(prefix)).length;
}
