import { describeError, OptionError } from "../../internal/mod.ts";

/** Longest file of a token, bytes. */
const MAX_BYTES = 4096;

/**
 * Reads a token from a file, whose first line it is. Tokens come by files or the environment, never
 * by arguments, which every user of the machine can read.
 *
 * @param option what named the file, for messages
 * @throws {OptionError} that does not hold the token
 */
export async function readTokenFile(
  path: string,
  option: string = "--token-file",
): Promise<string> {
  let text: string;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new OptionError(
      option,
      `${option} ${path} can't be read: ${describeError(error)}`,
      error,
    );
  }
  return checkToken(text.split("\n", 1)[0]!.trim(), `${option} ${path}`);
}

/**
 * Checks a token: what may stand behind `Bearer` (RFC 6750, section 2.1).
 *
 * @param option what named it: `DOWNPOUR_TOKEN`
 * @throws {OptionError} that does not hold it
 */
export function checkToken(token: string, option: string): string {
  if (/^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw new OptionError(
    option,
    `${option} has no token: it takes letters, digits and any of . _ ~ + / -`,
  );
}
