/**
 * `deno task demo`: starts a target on a free port of the loopback, runs `examples/first.ts`
 * against it and ends with that run's exit code.
 *
 * @module
 */
import { startTarget } from "../targets/mod.ts";

async function main(): Promise<number> {
  await using target = startTarget();
  const root = new URL("../", import.meta.url);
  const command = new Deno.Command("deno", {
    args: [
      ...["run", "--no-prompt", `--allow-net=127.0.0.1:${target.port}`],
      // Shards are processes of their own, with their own permissions.
      ...["--allow-read=.", "--allow-run=deno"],
      "--allow-env=FORCE_COLOR,CI",
      ...["cli.ts", "run", "examples/first.ts", "-e", `TARGET=${target.url}`],
    ],
    cwd: root,
  });
  // Ctrl-C reaches the run too: it drains and ends, and so does this.
  const stay = () => {};
  Deno.addSignalListener("SIGINT", stay);
  const { code } = await command.spawn().status;
  Deno.removeSignalListener("SIGINT", stay);
  return code;
}

if (import.meta.main) Deno.exitCode = await main();
