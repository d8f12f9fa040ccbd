import assert from "node:assert/strict";
import { withFolder } from "../_folders_for_tests.ts";
import { AgentError } from "../errors.ts";
import { openAuditLog } from "./audit_log.ts";
import { readToken } from "./token.ts";

Deno.test("a token is made once, for this user alone, and read from then on", () =>
  withFolder(async (folder) => {
    const path = `${folder}/token`;
    const token = await readToken(path);
    assert.match(token, /^[0-9a-f]{64}$/);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assert.equal(await readToken(path), token);
    await Deno.chmod(path, 0o644);
    await assert.rejects(
      readToken(path),
      (error) => error instanceof AgentError && error.code === "token_file_open",
    );
  }));

Deno.test("an audit log has a line for each event, and one log before it at most", () =>
  withFolder(async (folder) => {
    const path = `${folder}/audit.log`;
    const event = { at: "", remote: "127.0.0.1", method: "POST", path: "/queue\n", status: 201 };
    const lineBytes = JSON.stringify(event).length + 1;
    const lines = async (name: string) => (await Deno.readTextFile(name)).split("\n").slice(0, -1);
    {
      await using log = await openAuditLog(path);
      for (let i = 0; i < 3; i++) log.add(event);
    }
    assert.deepEqual((await lines(path)).map((line) => JSON.parse(line)), [event, event, event]);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    {
      await using log = await openAuditLog(path, 4 * lineBytes);
      log.add(event);
    }
    {
      await using log = await openAuditLog(path, 4 * lineBytes);
      log.add(event);
      assert.equal(log.lost, 0);
    }
    assert.deepEqual([(await lines(`${path}.1`)).length, (await lines(path)).length], [4, 1]);
  }));
