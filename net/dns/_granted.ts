/** Whether Deno lets the process reach an IP address and port, as in `127.0.0.1:53`. */
export function granted(host: string): boolean {
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}
