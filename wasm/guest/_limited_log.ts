/** Lines that are written at once, and how long it takes until as many are written again. */
const BURST = 5;
const PERIOD_MS = 10_000;

/**
 * A log for what a hostile peer can cause as often as it likes: the first lines of each 10 seconds
 * are written, the others counted, and the next one that is written says how many they were.
 *
 * @param clock milliseconds that only rise
 */
export function limitedLog(
  write: (line: string) => void,
  clock: () => number,
): (line: string) => void {
  let began = -Infinity;
  let written = 0;
  let left = 0;
  return (line) => {
    const now = clock();
    if (now - began >= PERIOD_MS) {
      began = now;
      written = 0;
    }
    if (written === BURST) {
      left++;
      return;
    }
    written++;
    write(left === 0 ? line : `${line} (${left} lines like it were left out)`);
    left = 0;
  };
}
