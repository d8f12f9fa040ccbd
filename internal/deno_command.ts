/** This very `deno` where that may be run; else the one on the PATH. */
export function denoCommand(): string {
  try {
    const path = Deno.execPath();
    const { state } = Deno.permissions.querySync({ name: "run", command: path });
    if (state === "granted") return path;
  } catch {
    // Not allowed to know where it is.
  }
  return "deno";
}
