import assert from "node:assert/strict";
import { displayWidth } from "../report/mod.ts";
import { type Program, programTest, startProgram } from "../internal/programs_for_tests.ts";
import { COMMAND } from "./_process_for_tests.ts";

/** A terminal of tmux with an interactive bash, whose folder is its own. */
interface Terminal extends AsyncDisposable {
  /** Runs a command of tmux. */
  tmux(...args: string[]): Promise<string>;
  /** Types, and presses Enter. */
  line(text: string): Promise<void>;
  /** Waits until the screen shows something, and tells all of it. */
  until(wanted: RegExp): Promise<string>;
}

/** What `downpour` is called in that bash: a function, so that the shell makes a job of it. */
const SETUP = [
  "PS1='$ '",
  "unset CI FORCE_COLOR; export NO_COLOR=1",
  `downpour() { deno ${COMMAND.map((word) => `'${word}'`).join(" ")} "$@"; }`,
  "clear",
  "echo ready",
].join("\n");

async function terminal(columns: number): Promise<Terminal> {
  const program: Program = await startProgram(
    `exec tmux -S "$0/socket" -f /dev/null new-session -d -x ${columns} -y 30 ` +
      `"exec bash --noprofile --rcfile $0/setup -i"`,
    { setup: SETUP },
    (started) => Deno.stat(`${started.folder}/socket`).then(() => true, () => false),
  );
  const tmux = async (...args: string[]) => {
    const { stdout, stderr, success } = await new Deno.Command("bash", {
      args: ["-c", 'exec tmux -S "$0" "$@"', `${program.folder}/socket`, ...args],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trimEnd();
  };
  const made: Terminal = {
    tmux,
    line: async (text) => void await tmux("send-keys", text, "Enter"),
    async until(wanted) {
      for (let waited = 0; waited < 1000; waited++) {
        const screen = await tmux("capture-pane", "-p");
        if (wanted.test(screen)) return screen;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.fail(`${wanted} did not come: ${await tmux("capture-pane", "-p")}`);
    },
    async [Symbol.asyncDispose]() {
      await tmux("kill-server");
      await program[Symbol.asyncDispose]();
    },
  };
  await made.until(/^ready$/m);
  return made;
}

function server() {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("ok"));
}

/** Lines of the view that are on the screen. */
function views(screen: string): string[] {
  return screen.split("\n").filter((line) => / running [█░\d]|^rps |^≤/.test(line));
}

await programTest(
  ["tmux"],
  "the view is drawn in place at 60 to 200 columns, and resized",
  async () => {
    await using target = server();
    await using screen = await terminal(100);
    await screen.line(`downpour http://127.0.0.1:${target.addr.port}/ -u 2 -d 60s --no-save`);
    const first = await screen.until(/^rps [1-9][\d,]* .*p99 .*errors 0%/m);
    assert.match(first, /^GET http:.* running .* 2 VUs/m);
    await screen.until(/^rps [^ ]+ +[▁-█]{4} /m);
    const scrolled = await screen.tmux("capture-pane", "-p", "-S", "-");
    assert.equal(views(scrolled).length, 3, "it was drawn four times, and nothing scrolled by");
    for (const columns of [60, 200, 80]) {
      await screen.tmux("resize-window", "-x", String(columns), "-y", "30");
      // Drawn for these columns: the bar of the first line tells.
      const bar = Math.max(6, Math.min(20, Math.floor((columns - 1) / 8)));
      const shown = await screen.until(new RegExp(`running [█░]{${bar}} [^]*^rps .*[^]*^≤`, "m"));
      assert.equal(views(shown).length, 3, shown);
      for (const line of views(shown)) assert.ok(displayWidth(line) < columns, line);
    }
    await screen.until(/\[p pause, q stop\]/);
    await screen.tmux("send-keys", "p");
    await screen.until(/paused .*\[r resume, q stop\]/);
    await screen.tmux("send-keys", "r");
    await screen.until(/running .*\[p pause, q stop\]/);
    await screen.tmux("send-keys", "q");
    const end = await screen.until(/generator .*[^]*\$ *$/m);
    assert.deepEqual(views(end), [], "the view is gone");
  },
);

await programTest(
  ["tmux"],
  "a job in the background is not stopped, draws nothing and reads no keys",
  async () => {
    await using target = server();
    await using screen = await terminal(120);
    const url = `http://127.0.0.1:${target.addr.port}/`;
    await screen.line(
      `downpour ${url} -u 1 -d 1500ms --no-save --no-summary & clear; echo waiting`,
    );
    await screen.until(/^waiting$/m);
    // Typed while it runs: the shell has it all.
    await screen.line('echo "p""q"');
    const typed = await screen.until(/^pq$/m);
    assert.deepEqual(views(typed), []);
    await screen.line("wait; echo code=$?; jobs");
    const end = await screen.until(/^code=\d+$/m);
    assert.match(end, /^code=0$/m);
    assert.doesNotMatch(end, /Stopped/);
  },
);
