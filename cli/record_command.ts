import {
  authorityOf,
  type KeptAuthority,
  recordedScript,
  type Recorder,
  startRecorder,
} from "../importing/mod.ts";
import { ExitCode } from "../internal/mod.ts";
import { type Host, writeQuietly } from "./host.ts";
import type { RecordFlags } from "./record_options.ts";
import { checkFree, makingOptions, writeScript } from "./script_making.ts";
import { wholeNumber } from "./values.ts";

const DEFAULT_PORT = "8888";
const DEFAULT_FOLDER = ".downpour/ca";

/** `downpour record`: a proxy until a signal comes; then the script of what passed. */
export async function recordCommand(flags: RecordFlags, host: Host): Promise<number> {
  const port = wholeNumber("--port", flags.port ?? DEFAULT_PORT, 0);
  await checkFree(flags);
  const say = (line: string) => writeQuietly(host, `downpour: ${line}\n`);
  const { promise: signalled, resolve } = Promise.withResolvers<void>();
  const removeSignals = host.onSignal(resolve); // Before it starts: it must not outlive a signal.
  let seen: Pick<Recorder, "exchanges" | "notes">;
  try {
    const kept = flags.https ? await authorityOf(flags.ca ?? DEFAULT_FOLDER) : null;
    await using recorder = await startRecorder({
      port,
      authority: kept?.authority ?? null,
      hosts: flags.host,
      onExchange: ({ method, url, status }) =>
        say(`${method} ${shown(url)} ${status || "no response"}`),
    });
    say(`proxy at http://127.0.0.1:${recorder.port}; Ctrl-C ends it and writes the script`);
    for (const line of trust(kept, recorder.port)) say(line);
    await signalled;
    seen = { exchanges: recorder.exchanges, notes: recorder.notes };
  } finally {
    removeSignals();
  }
  if (seen.exchanges.length === 0) {
    for (const note of seen.notes) say(note);
    say("nothing was recorded");
    return ExitCode.failed;
  }
  const made = await recordedScript(seen.exchanges, seen.notes, makingOptions(flags));
  await writeScript(made, flags, host);
  return 0;
}

/** How HTTPS becomes readable: nothing is installed, and nothing should be for good. */
function* trust(kept: KeptAuthority | null, port: number): Generator<string> {
  if (kept === null) return yield "HTTPS passes unread";
  const { certPath, isNew, authority: { fingerprint } } = kept;
  yield `HTTPS is read with the authority ${certPath}${isNew ? ", made just now" : ""}`;
  yield "it is installed nowhere; what should trust it, until it is closed:";
  yield `  curl --proxy http://127.0.0.1:${port} --cacert ${certPath} https://…`;
  yield `  chromium --user-data-dir=/tmp/recording --proxy-server=127.0.0.1:${port} ` +
    `--ignore-certificate-errors-spki-list=${fingerprint}`;
}

/** Without the query, which may hold secrets, and what steers a terminal. */
function shown(url: string): string {
  return url.split("?", 1)[0]!.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 120);
}
