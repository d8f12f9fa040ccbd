import assert from "node:assert/strict";
import {
  accepting,
  freePort,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { allOf, sample } from "./_coding_for_tests.ts";
import { decodeBytes, decodeStream } from "./mod.ts";

const CONFIG = (port: number) => `
daemon off;
pid $FOLDER/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path $FOLDER/body; proxy_temp_path $FOLDER/proxy;
  fastcgi_temp_path $FOLDER/fastcgi; uwsgi_temp_path $FOLDER/uwsgi; scgi_temp_path $FOLDER/scgi;
  gzip on; gzip_types *; gzip_min_length 0;
  server { listen 127.0.0.1:${port}; location / { root $FOLDER; } }
}`;

/** One response as it came: `fetch` would have decoded it. */
async function get(port: number, path: string): Promise<{ head: string; body: Uint8Array }> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET ${path} HTTP/1.0\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n`;
  await conn.write(new TextEncoder().encode(request));
  const bytes = await allOf(conn.readable);
  const head = new TextDecoder("latin1").decode(bytes).split("\r\n\r\n", 1)[0]!;
  return { head, body: bytes.subarray(head.length + 4) };
}

await programTest(
  ["nginx"],
  "nginx: what it sends with gzip is decoded, whole and streamed",
  async () => {
    const port = freePort();
    const text = sample(200_000).toHex();
    const files = { "nginx.conf": CONFIG(port), "text.txt": text, "empty.txt": "" };
    const command = `exec nginx -p "$0" -e stderr -c "$0/nginx.conf"`;
    await using _program = await startProgram(command, files, () => accepting(port));
    for (const [path, expected] of [["/text.txt", text], ["/empty.txt", ""]] as const) {
      const { head, body } = await get(port, path);
      const codings = /^content-encoding: (.*)$/im.exec(head)?.[1] ?? "";
      if (expected !== "") assert.equal(codings, "gzip");
      const whole = await decodeBytes(body, codings, expected.length);
      assert.equal(new TextDecoder().decode(whole), expected);
      const source = new Blob([body.slice()]).stream();
      const streamed = await allOf(decodeStream(source, codings, expected.length));
      assert.equal(new TextDecoder().decode(streamed), expected);
    }
  },
);
