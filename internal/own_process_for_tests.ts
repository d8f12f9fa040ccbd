import { fileURLToPath } from "node:url";
import { denoCommand } from "./deno_command.ts";

/**
 * Runs a module in a process of its own, and reads what it printed as JSON. Tests run many to a
 * process: memory that one of them measures is only its own where nothing else runs.
 *
 * @param permissions as on the command line: `--allow-read`
 */
export async function inOwnProcess(
  module: URL,
  permissions: readonly string[],
): Promise<unknown> {
  const { code, stdout, stderr } = await new Deno.Command(denoCommand(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", ...permissions],
      fileURLToPath(module),
    ],
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) throw new Error(`${module} ended with ${code}: ${err}`);
  return JSON.parse(out!);
}
