import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import { fakeHost, fakeResult } from "./_fakes_for_tests.ts";
import { linger } from "./linger.ts";

const lingering = { ...fakeResult().options, linger: true };

Deno.test("with linger a run is waited behind until a signal comes", async () => {
  const host = fakeHost();
  const said: string[] = [];
  let over = false;
  const waiting = linger({ options: lingering, exitCode: ExitCode.ok }, host, (text) => {
    said.push(text);
  }).then(() => over = true);
  await Promise.resolve();
  assert.equal(over, false);
  assert.match(said.join(), /Ctrl-C ends it$/);
  host.signal(1);
  await waiting;
  assert.equal(host.listeners, 0);
});

Deno.test("nobody waits without linger, nor behind a run that a signal has ended", async () => {
  const host = fakeHost();
  const cases = [
    fakeResult(),
    { options: lingering, exitCode: ExitCode.signal },
  ];
  for (const result of cases) {
    await linger(result, host, (text) => assert.fail(text));
    assert.equal(host.listeners, 0);
  }
});
