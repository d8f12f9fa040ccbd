import assert from "node:assert/strict";
import { testArgs } from "./_child_for_tests.ts";
import { connectInspector } from "./_inspector_for_tests.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("a breakpoint in a load's function is hit under deno test --inspect-brk", async () => {
  await using child = new Deno.Command("deno", {
    args: testArgs("debugged.ts", "--inspect-brk=127.0.0.1:0"),
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  const url = await errors.first(/ws:\/\/\S+/);
  {
    await using inspector = await connectInspector(url);
    await inspector.call("Runtime.enable");
    await inspector.call("Debugger.enable");
    // Loaded, and waiting for the word to run.
    const { scriptId } = await inspector.event(
      "Debugger.scriptParsed",
      ({ url }) => String(url).endsWith("/testdata/debugged.ts"),
    );
    const { scriptSource } = await inspector.call("Debugger.getScriptSource", { scriptId });
    const lineNumber = String(scriptSource).split("\n")
      .findIndex((line) => line.includes("console.log"));
    assert.ok(lineNumber > 0);
    const location = { scriptId, lineNumber };
    const { breakpointId } = await inspector.call("Debugger.setBreakpoint", { location });
    // The word goes unheard while modules load.
    const poke = setInterval(() => inspector.call("Runtime.runIfWaitingForDebugger"), 100);
    let paused: Awaited<ReturnType<typeof inspector.event>>;
    try {
      paused = await inspector.event("Debugger.paused");
    } finally {
      clearInterval(poke);
    }
    while (String(paused["hitBreakpoints"]) !== breakpointId) {
      await inspector.call("Debugger.resume"); // It may stop before the first statement too.
      paused = await inspector.event("Debugger.paused");
    }
    const [frame] = paused["callFrames"] as { readonly callFrameId: string }[];
    const { result } = await inspector.call("Debugger.evaluateOnCallFrame", {
      callFrameId: frame!.callFrameId,
      expression: "here",
    });
    assert.deepEqual(result, { type: "string", value: "breakpoint" });
    assert.doesNotMatch(output.text(), /after the breakpoint/);
    await inspector.call("Debugger.resume");
    await output.first(/after the breakpoint/);
    await errors.first(/Waiting for the debugger to disconnect/);
  }
  assert.equal((await child.status).code, 0);
  await Promise.all([output.ended, errors.ended]);
  assert.match(output.text(), /ok \| 1 passed \(1 step\) \| 0 failed/);
});

/** Gathers what a stream brings. */
function collect(stream: ReadableStream<Uint8Array>) {
  let text = "";
  let arrived = Promise.withResolvers<void>();
  const ended = (async () => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      arrived.resolve();
      arrived = Promise.withResolvers();
    }
    arrived.reject(new Error(`it ended:\n${text}`));
    arrived.promise.catch(() => {});
  })();
  return {
    ended,
    text: () => text,
    /** The first match, once it has come. */
    async first(pattern: RegExp): Promise<string> {
      for (;;) {
        const match = pattern.exec(text);
        if (match !== null) return match[0];
        await arrived.promise;
      }
    },
  };
}
