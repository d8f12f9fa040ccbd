import assert from "node:assert/strict";

const SIZE = 2 ** 30;
const MEMORY = 64 * 2 ** 20;

Deno.test("k6 #2311 #592: a gigabyte is uploaded from a file and downloaded to one in little memory", async () => {
  const folder = await Deno.makeTempDir();
  const block = new Uint8Array(2 ** 20);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/small") return new Response("small");
      if (pathname === "/take") {
        let bytes = 0;
        for await (const chunk of request.body!) bytes += chunk.length;
        return new Response(String(bytes));
      }
      let left = SIZE;
      return new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(block.slice());
            left -= block.length;
            if (left === 0) controller.close();
          },
        }),
      );
    },
  );
  try {
    await Deno.truncate(await emptyFile(`${folder}/source`), SIZE); // Sparse: takes no room.
    const program = new URL("testdata/stream_gigabyte.ts", import.meta.url).pathname;
    const { stdout, stderr, code } = await new Deno.Command("deno", {
      args: [
        ...["run", "--no-prompt", `--allow-net=127.0.0.1:${server.addr.port}`],
        ...[`--allow-read=${folder}`, `--allow-write=${folder}`, program],
        ...[`http://127.0.0.1:${server.addr.port}`, `${folder}/source`, `${folder}/target`],
      ],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const { sent, grown, written } = JSON.parse(new TextDecoder().decode(stdout));
    assert.deepEqual([sent, written], [String(SIZE), SIZE]);
    assert(grown < MEMORY, `the memory grew by ${Math.round(grown / 2 ** 20)} MiB`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function emptyFile(path: string): Promise<string> {
  await Deno.writeFile(path, new Uint8Array());
  return path;
}
