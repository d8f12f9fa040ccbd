import assert from "node:assert/strict";
import { listFiles } from "./_files.ts";

Deno.test("sources are listed, fixtures and what benches measured are not", async () => {
  const root = await Deno.makeTempDir();
  try {
    const files = [
      ...["a.ts", "bench/b.ts", "bench/results/http.json", "page/node_modules/c.ts"],
      ...["results/d.ts", "results/testdata/e.ts", "results/store/f.ts", ".git/g"],
    ];
    for (const file of files) {
      await Deno.mkdir(`${root}/${file.slice(0, file.lastIndexOf("/") + 1)}`, { recursive: true });
      await Deno.writeTextFile(`${root}/${file}`, "");
    }
    assert.deepEqual(await listFiles(new URL(`file://${root}/`), () => true), [
      ...["a.ts", "bench/b.ts", "results/d.ts", "results/store/f.ts"],
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
