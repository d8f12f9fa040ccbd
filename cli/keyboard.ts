import process from "node:process";

/**
 * Calls `listener` for every key that is pressed on the terminal, at once and without showing it.
 * Ctrl-C sends its signal as ever. Returns a function that gives the terminal back as it was; it
 * is given back as well when the process ends by `Deno.exit` or by an error that nobody caught.
 *
 * @param inForeground whether the terminal is this process' to change
 * @returns null where keys can't be read: no terminal, or one that belongs to another job now, or
 * nobody can tell
 */
export async function readKeys(
  listener: (key: string) => void,
  inForeground: () => Promise<boolean>,
): Promise<(() => void) | null> {
  if (!Deno.stdin.isTerminal() || !await inForeground()) return null;
  const windows = Deno.build.os === "windows";
  const raw = () => Deno.stdin.setRaw(true, windows ? undefined : { cbreak: true });
  const cooked = () => Deno.stdin.setRaw(false);
  try {
    raw();
  } catch {
    return null;
  }
  const decoder = new TextDecoder();
  const onData = (bytes: Uint8Array) => {
    for (const key of keysOf(decoder.decode(bytes, { stream: true }))) listener(key);
  };
  // Unlike a read of Deno.stdin, this one can be left: it keeps no process alive.
  process.stdin.on("data", onData);
  globalThis.addEventListener("unload", cooked);
  // After Ctrl-Z the shell has its own settings of the terminal.
  if (!windows) Deno.addSignalListener("SIGCONT", raw);
  return () => {
    if (!windows) Deno.removeSignalListener("SIGCONT", raw);
    globalThis.removeEventListener("unload", cooked);
    process.stdin.off("data", onData);
    process.stdin.pause();
    process.stdin.unref();
    cooked();
  };
}

/** Typed text key by key: what a key like an arrow sends (`ESC [ D`, ECMA-48) stays together. */
export function keysOf(text: string): string[] {
  // deno-lint-ignore no-control-regex
  return text.match(/\x1b[[O][0-9;]*[A-Za-z~]|[^]/gu) ?? [];
}
