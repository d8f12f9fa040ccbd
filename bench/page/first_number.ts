import { downpourCommand } from "../downpour.ts";
import { start } from "../process.ts";

const LIMIT_SECONDS = 30;
/** A rate in the live view, above 0. */
const NUMBER = /\brps +[1-9]/;

/**
 * Milliseconds from executing `downpour URL` in a terminal to the first rate that it shows.
 *
 * @throws when no rate comes
 */
export async function firstNumberMs(url: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const words = [...await downpourCommand(), url, "-d", "5s", "--no-save"];
  // A terminal has a size, and what is read of it goes by as it comes.
  const command = `stty cols 100 rows 30; exec ${words.map((word) => `'${word}'`).join(" ")}`;
  const process = await start(["script", "-qec", command, "/dev/null"], {
    limitSeconds: LIMIT_SECONDS,
    env: { TERM: "xterm" },
    onOutput(text) {
      if (NUMBER.test(text)) resolve(performance.timeOrigin + performance.now());
    },
  });
  const ended = process.finished.then(({ stdout }) => {
    throw new Error(`it ended without a rate: ${stdout.slice(-300)}`);
  });
  try {
    return await Promise.race([promise, ended]) - process.startedAtMs;
  } finally {
    await process.stop();
    await Promise.allSettled([ended]);
  }
}
