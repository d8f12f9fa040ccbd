import assert from "node:assert/strict";
import {
  accepting,
  freePort,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { allOf, getRaw, sample } from "./_coding_for_tests.ts";
import { decodeBytes, decodeStream } from "./mod.ts";

const CONFIG = (port: number) => `
daemon off;
master_process off;
pid $FOLDER/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path $FOLDER/body; proxy_temp_path $FOLDER/proxy;
  fastcgi_temp_path $FOLDER/fastcgi; uwsgi_temp_path $FOLDER/uwsgi; scgi_temp_path $FOLDER/scgi;
  gzip on; gzip_http_version 1.0; gzip_types *; gzip_min_length 0;
  server { listen 127.0.0.1:${port}; location / { root $FOLDER; } }
}`;

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
      const { head, body } = await getRaw(port, path);
      const codings = /^content-encoding: (.*)$/im.exec(head)?.[1] ?? "";
      if (expected !== "") assert.equal(codings, "gzip");
      const whole = await decodeBytes(body, codings, expected.length);
      assert(new TextDecoder().decode(whole) === expected, head);
      const source = new Blob([body.slice()]).stream();
      const streamed = await allOf(decodeStream(source, codings, expected.length));
      assert(new TextDecoder().decode(streamed) === expected, head);
    }
  },
);
