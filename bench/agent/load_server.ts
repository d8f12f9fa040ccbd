import { type Running, shell, start } from "../process.ts";

/** Programs in Go that the benches of the agent need. */
export interface GoPrograms {
  /** The load test binary (`agent/testdata/go`). */
  readonly server: string;
  /** A client of Go's own `net/rpc` (`bench/agent/go`). */
  readonly client: string;
  /** Of Go. */
  readonly version: string;
}

/** Builds them into a folder; a text says why that can't be. */
export async function buildGoPrograms(folder: string): Promise<GoPrograms | string> {
  await Deno.chmod(folder, 0o711); // an agent of root's runs the server as another user
  const [server, client] = [`${folder}/loadserver`, `${folder}/rpc_client`];
  const { code, stdout } = await shell(
    `PATH=$PATH:/usr/local/go/bin
    export GOTOOLCHAIN=local GOPROXY=off
    (cd agent/testdata/go && go build -o "$1" .) && (cd bench/agent/go && go build -o "$2" .) &&
      go env GOVERSION`,
    ...[server, client],
  );
  return code === 0 ? { server, client, version: stdout.replace("go", "") } : "Go is not here";
}

/** Starts the load test binary, which prints nothing, as a server alone. */
export async function startLoadServer(
  program: string,
  options: { readonly limitSeconds: number },
): Promise<{ readonly address: string; readonly process: Running }> {
  const address = `127.0.0.1:${freePort()}`;
  const process = await start([program, "-listen", address, "-lines", "0"], options);
  for (let i = 0; i < 500; i++) {
    try {
      const [hostname, port] = address.split(":");
      (await Deno.connect({ hostname: hostname!, port: Number(port) })).close();
      return { address, process };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  await process.stop();
  throw new Error("start the load test binary: it does not listen");
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
