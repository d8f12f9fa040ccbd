/** Whether Deno lets the process reach, or be at, a host: `example.org`, `10.0.0.1:80`, `[::1]:0`. */
export function granted(host: string): boolean {
  try {
    return Deno.permissions.querySync({ name: "net", host }).state === "granted";
  } catch {
    return false; // Not a host in Deno's eyes: connecting to it says what is wrong.
  }
}
