import assert from "node:assert/strict";
import { open } from "@downpour/downpour/file";
import { Client } from "@downpour/downpour/http";
import { newContext, Registry, runInContext } from "@downpour/downpour/metrics";
import { TCP } from "@downpour/downpour/net";
import { startTarget } from "@downpour/downpour/targets";

// What k6's users asked for where files and HTTP meet, by the numbers of k6's issues; the others are
// in http/k6_issues/.

async function withFile(size: number, use: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.truncate(path, size);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("k6 #1931: all virtual users of a process send a file from the same bytes", () =>
  withFile(1024 * 1024, async (path) => {
    await using target = startTarget();
    const written = new Map<ArrayBufferLike, number>();
    for (let user = 0; user < 3; user++) {
      await runInContext(newContext(new Registry()), async () => {
        await using client = new Client({
          dial: async (address) => {
            const socket = await TCP.open(address);
            socket.layer((conn) => ({
              read: (buffer) => conn.read(buffer),
              closeWrite: () => conn.closeWrite(),
              close: () => conn.close(),
              ref: () => conn.ref(),
              unref: () => conn.unref(),
              async write(data) {
                const count = await conn.write(data);
                written.set(data.buffer, (written.get(data.buffer) ?? 0) + count);
                return count;
              },
            }));
            return socket;
          },
        });
        const body = await (await open(path)).bytes();
        assert.equal((await client.post(`${target.url}/post`, { body })).status, 200);
      });
    }
    const large = [...written.values()].filter((count) => count > 64 * 1024);
    assert.deepEqual(large, [3 * 1024 * 1024], "written from one buffer");
  }));

Deno.test("k6 #592: files are uploaded and downloaded as streams", () =>
  withFile(300_000, async (path) => {
    await using target = startTarget();
    await using client = new Client({ baseUrl: target.url, throw: true });
    const source = await open(path);
    for (let round = 0; round < 2; round++) { // A handle gives a stream each time.
      const echo = await (await client.post("/post", { body: source.readable })).json() as {
        data: string;
      };
      assert.equal(echo.data.length, 300_000);
    }
    const to = await open(path, { mode: "write" });
    const response = await client.get("/bytes/1000", { responseType: "stream" });
    await response.body.pipeTo(to.writable);
    assert.equal((await Deno.stat(path)).size, 1000);
  }));
