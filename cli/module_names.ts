/** Specifiers that scripts may import: the bundler leaves them alone, shards hand the modules in. */
export const MODULE_NAMES = [
  "k6",
  "k6/Pondigo/nats",
  "k6/crypto",
  "k6/data",
  "k6/encoding",
  "k6/execution",
  "k6/http",
  "k6/metrics",
  "k6/secrets",
  "k6/timers",
  "k6/x/file",
  "k6/x/nats",
  "k6/x/net",
  "k6/x/net/dns",
  "k6/x/net/http",
  "@downpour/downpour",
  "@downpour/downpour/crypto",
  "@downpour/downpour/data",
  "@downpour/downpour/encoding",
  "@downpour/downpour/file",
  "@downpour/downpour/http",
  "@downpour/downpour/metrics",
  "@downpour/downpour/nats",
  "@downpour/downpour/net",
  "@downpour/downpour/net/dns",
  "@downpour/downpour/secrets",
  "@downpour/downpour/timers",
] as const;

/** One of the specifiers. */
export type ModuleName = typeof MODULE_NAMES[number];
