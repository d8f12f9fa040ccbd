import { checkToken, readToken, readTokenFile } from "../../agent/mod.ts";
import type { Host } from "../host.ts";

/** Variables with tokens: arguments would show them to all users of the machine. */
export const TOKEN = "DOWNPOUR_TOKEN";
/** The collector's. */
export const COLLECTOR_TOKEN = "DOWNPOUR_COLLECTOR_TOKEN";

/** A token from the file that a flag names, else from a variable; null for neither. @throws {OptionError} */
export async function tokenOf(
  host: Host,
  option: string,
  file: string | undefined,
  variable: typeof TOKEN | typeof COLLECTOR_TOKEN,
): Promise<string | null> {
  if (file !== undefined) return await readTokenFile(file, option);
  const text = host.env(variable);
  return text === undefined || text === "" ? null : checkToken(text, variable);
}

/**
 * The token of an agent: from a file, which is made where it is missing, or from the environment.
 *
 * @param path the file that a flag names
 * @param folder of the agent, whose file `token` it is else
 */
export async function agentToken(
  host: Host,
  path: string | undefined,
  folder: string,
): Promise<{ readonly token: string; readonly from: string }> {
  const text = host.env(TOKEN);
  if (path === undefined && text !== undefined && text !== "") {
    return { token: checkToken(text, TOKEN), from: `$${TOKEN}` };
  }
  if (path === undefined) await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const from = path ?? `${folder}/token`;
  return { token: await readToken(from), from };
}
