import assert from "node:assert/strict";
import { fakeHost, fakeResult } from "./_fakes_for_tests.ts";
import { linger } from "./linger.ts";

const lingering = { ...fakeResult().options, linger: true };

Deno.test("with linger a run is waited behind until a signal comes", async () => {
  const host = fakeHost();
  const said: string[] = [];
  let over = false;
  const waiting = linger(lingering, () => false, host, (text) => {
    said.push(text);
  }).then(() => over = true);
  await Promise.resolve();
  assert.equal(over, false);
  assert.match(said.join(), /Ctrl-C ends it$/);
  host.signal(1);
  await waiting;
  assert.equal(host.listeners, 0);
});

Deno.test("nobody waits without linger, nor behind a run that was told to stop", async () => {
  const host = fakeHost();
  const { options } = fakeResult();
  for (const [given, stopped] of [[options, false], [lingering, true]] as const) {
    await linger(given, () => stopped, host, (text) => assert.fail(text));
    assert.equal(host.listeners, 0);
  }
});
