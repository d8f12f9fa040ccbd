/**
 * `deno task demo`, `deno task demo:net`: starts a target on the loopback, runs an example against
 * it and ends with that run's exit code.
 *
 * @module
 */
import { startEcho, startTarget } from "../targets/mod.ts";

/** An example, and what the command line is told of its target. */
interface Demo {
  readonly example: string;
  /** Permissions of the command line; those of the shards are in `options`. */
  readonly allowNet: string;
  readonly options: readonly string[];
}

/** Starts a demo's target; `stack` ends it. */
const DEMOS: Record<string, (stack: AsyncDisposableStack) => Demo | Promise<Demo>> = {
  http(stack) {
    const target = stack.use(startTarget());
    return {
      example: "examples/first.ts",
      allowNet: `127.0.0.1:${target.port}`,
      options: ["-e", `TARGET=${target.url}`],
    };
  },

  async net(stack) {
    const folder = await Deno.makeTempDir({ prefix: "downpour-demo-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const path = `${folder}/echo.sock`;
    const { tcp, udp } = stack.use(await startEcho({ path }));
    return {
      example: "examples/net.ts",
      allowNet: "127.0.0.1",
      options: [
        ...["-e", `TCP=${tcp}`, "-e", `UDP=${udp}`, "-e", `IPC=${path}`],
        ...["--allow-unix", path],
      ],
    };
  },
};

async function main(name: string): Promise<number> {
  const prepare = DEMOS[name];
  if (prepare === undefined) {
    console.error(`there is no demo ${name}: choose ${Object.keys(DEMOS).join(" or ")}`);
    return 2;
  }
  await using stack = new AsyncDisposableStack();
  const { example, allowNet, options } = await prepare(stack);
  const command = new Deno.Command("deno", {
    args: [
      ...["run", "--no-prompt", `--allow-net=${allowNet}`],
      // Shards are processes of their own, with their own permissions.
      ...["--allow-read=.", "--allow-run=deno"],
      "--allow-env=FORCE_COLOR,CI",
      ...["cli.ts", "run", example, ...options],
    ],
    cwd: new URL("../", import.meta.url),
  });
  // Ctrl-C reaches the run too: it drains and ends, and so does this.
  const stay = () => {};
  Deno.addSignalListener("SIGINT", stay);
  const { code } = await command.spawn().status;
  Deno.removeSignalListener("SIGINT", stay);
  return code;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args[0] ?? "http");
