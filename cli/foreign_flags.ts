/** What flags of oha, hey, wrk, vegeta, ab and curl are called here, for those who type them by habit. */
const OURS: Readonly<Record<string, string>> = {
  "-c": "-u, --vus",
  "-z": "-d, --duration",
  "-m": "-X, --method",
  "-D": "-b @FILE, --body-file",
  "-a": "--basic",
  "-t": "--timeout",
  "-T": "-H 'Content-Type: …'",
  "-A": "-H 'Accept: …'",
  "-r": "--follow",
  "-L": "--follow",
  "--concurrency": "--vus",
  "--connections": "--vus",
  "--clients": "--vus",
  "--qps": "--rate",
  "--ramp-up": "--ramp",
  "--data": "--body",
  "--user": "--basic",
  "--location": "--follow",
  "--redirect": "--follow",
  "--disable-keepalive": "--no-keepalive",
  "--urls-from-file": "--urls",
  "--targets": "--urls",
  "--unix-socket": "--unix",
  "--output-format": "--format",
  "--no-tui": "--quiet",
  "--proxy": "a script, whose client takes a proxy",
};

/** What stands here for a flag of another load generator; undefined when nothing is known of it. */
export function foreignFlag(flag: string): string | undefined {
  return Object.hasOwn(OURS, flag) ? OURS[flag] : undefined;
}
