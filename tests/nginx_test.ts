import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { Client } from "../http/mod.ts";

// The client against a real nginx: what it does with connections is not what our own mocks do.

const installed = await hasNginx();

async function hasNginx(): Promise<boolean> {
  const { code } = await new Deno.Command("bash", { args: ["-c", "command -v nginx"] }).output();
  return code === 0;
}

function nginxTest(name: string, test: (url: string) => Promise<void>): void {
  Deno.test({
    name: installed ? name : `${name} (needs nginx)`,
    ignore: !installed,
    async fn() {
      const folder = await Deno.makeTempDir();
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      listener.close();
      await Deno.writeTextFile(`${folder}/nginx.conf`, configuration(folder, port));
      const server = new Deno.Command("bash", {
        args: ["-c", `exec nginx -p "$0" -c "$0/nginx.conf" 2>"$0/start.log"`, folder],
        stdout: "null",
        stderr: "null",
      }).spawn();
      try {
        const url = `http://127.0.0.1:${port}`;
        await answering(url);
        await test(url);
      } finally {
        server.kill("SIGTERM");
        await server.status;
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

function configuration(folder: string, port: number): string {
  const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  return `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
events { worker_connections 256; }
http {
  access_log off; ${temps} keepalive_requests 5; client_max_body_size 1k;
  server {
    listen 127.0.0.1:${port};
    location / { return 200 "hello"; }
    location /post { return 200 "taken"; }
    location /old { return 301 /; }
    location /none { return 404; }
  }
}
`;
}

async function answering(url: string): Promise<void> {
  await using client = new Client();
  for (let i = 0; i < 200; i++) {
    if ((await client.get(url)).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("nginx did not start");
}

nginxTest(
  "nginx closes a connection after five requests: none fails, none is lost",
  async (url) => {
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      await using client = new Client();
      for (let i = 0; i < 52; i++) assert.equal(await (await client.get(url)).text(), "hello");
    });
    assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 52 });
    const connects = registry.select("http_req_connecting");
    assert(connects?.type === "trend");
    const made = [...connects.histogram.buckets()].reduce(
      (n, [, upper, count]) => upper > 0 ? n + count : n,
      0,
    );
    assert.equal(made, 11);
  },
);

nginxTest("nginx refuses a large upload with 413, long before its end", async (url) => {
  await using client = new Client();
  const response = await client.post(`${url}/post`, {
    body: new Uint8Array(50_000_000),
    timeout: 10_000,
  });
  assert(
    response.status === 413 || response.error?.code === "connection_reset",
    `${response.status} ${response.error}`,
  );
  assert.equal((await client.get(url)).status, 200);
});

nginxTest("nginx redirects, answers HEAD and 404 and keeps the connection", async (url) => {
  await using client = new Client();
  const redirected = await client.get(`${url}/old`);
  assert.equal(redirected.url, `${url}/`);
  assert.equal(await redirected.text(), "hello");
  assert.equal((await client.head(url)).headers.get("content-length"), "5");
  assert.equal((await client.get(`${url}/none`)).errorCode, 1404);
});
