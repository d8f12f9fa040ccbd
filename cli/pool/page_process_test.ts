import assert from "node:assert/strict";
import { natsTest } from "../../nats/server/servers_for_tests.ts";
import { TextReader, withScript } from "../_process_for_tests.ts";
import { begin, scriptOf, startPool } from "./_pool_for_tests.ts";

/** What is looked at of a row of the page. */
interface Row {
  readonly table: string;
  readonly times: { readonly max: number } | null;
  readonly shard: {
    readonly agent: string;
    readonly share: number;
    readonly clockOffsetMs: number | null;
    readonly clockErrorMs: number | null;
    readonly startMs: number | null;
    readonly missing: number;
  };
}

/** Reads what the page of a command is told until it has all of each agent; ends the command. */
async function agentsOnPage(child: ReturnType<typeof begin>): Promise<Row[]> {
  await child.stderr.until(/shown at \S+\n/);
  const url = /shown at (\S+)/.exec(child.stderr.text)![1]!;
  const closing = new AbortController();
  const { body } = await fetch(`${url}events`, { signal: closing.signal });
  const stream = new TextReader(body!);
  const closed = stream.all.catch(() => {});
  try {
    for (let at = 0;;) {
      const end = await stream.until(/event: (tick|end)\ndata: .*\n\n/, at);
      const [, event, data] = /event: (tick|end)\ndata: (.*)\n\n/.exec(stream.text.slice(at, end))!;
      const { now } = JSON.parse(data!) as { now: { rows: Row[] } };
      const rows = now.rows.filter(({ table }) => table === "shard");
      if (event === "end" || rows.length === 2 && rows.every(isWhole)) return rows;
      at = end;
    }
  } finally {
    closing.abort();
    await closed;
  }
}

function isWhole({ times, shard }: Row): boolean {
  return times !== null && shard.clockOffsetMs !== null && shard.startMs !== null;
}

function assertBoth(rows: readonly Row[]): void {
  assert.deepEqual(rows.map(({ shard }) => shard.agent).toSorted(), ["agent-1", "agent-2"]);
  let [share, firstMs] = [0, Infinity];
  for (const row of rows) {
    assert(isWhole(row), JSON.stringify(row));
    assert(row.shard.share > 0, JSON.stringify(row));
    assert(row.shard.clockErrorMs! >= 0, JSON.stringify(row));
    assert.equal(row.shard.missing, 0);
    share += row.shard.share;
    firstMs = Math.min(firstMs, row.shard.startMs!);
  }
  assert(Math.abs(share - 1) < 1e-5, `${share}`);
  assert.equal(firstMs, 0);
}

natsTest(
  "the live page of a run tells of each agent: share, clock, start, times, what is missing",
  async () => {
    await using pool = await startPool("", "");
    const { url } = pool.server;
    await withScript(scriptOf(10), async (path) => {
      const child = begin("run", path, "--on", url, "--dash-address", "127.0.0.1:0");
      assertBoth(await agentsOnPage(child));
      child.kill("SIGKILL");
      await child.ended();
      const id = /downpour attach (\w{8})/.exec(child.stderr.text)![1]!;
      const attached = begin("attach", id, "--nats", url, "--dash-address", "127.0.0.1:0");
      assertBoth(await agentsOnPage(attached));
      assert.equal(await attached.ended(), 0, attached.stderr.text);
      assert.match(attached.stdout.text, /^agents {2}started within \S+ \(±\S+\)$/m);
    });
  },
);
