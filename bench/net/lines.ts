/** Writes a value as a line of JSON. */
export async function writeLine(conn: Deno.Conn, value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** The values of the lines that come, until the end. */
export async function* readLines(conn: Pick<Deno.Conn, "read">): AsyncGenerator<unknown> {
  const buffer = new Uint8Array(4096);
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}
