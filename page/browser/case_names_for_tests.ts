/** Names of the cases in `cases_for_tests.ts`, which loads what tests may not. */
export const CASE_NAMES = [
  "the live page follows a run, steers it, and ends with the numbers of its summary",
  "the live page changes a rate, looks at a shard, and stops its run",
  "a report shows its run with the network off, in light and dark, at 375 pixels",
  "a page with a token asks for it, and a closed tab holds up nothing",
  "a page has names for all that can be reached, and text that can be read",
] as const;

/** Names of those in `axe_cases_for_tests.ts`. */
export const AXE_NAMES = [
  "axe finds nothing serious on the live page, light and dark, wide and on a phone",
  "axe finds nothing serious in a report, light and dark, wide and on a phone",
] as const;

/** Names of those in `protocol_cases_for_tests.ts`. */
export const PROTOCOL_NAMES = [
  "the page of a run over TCP and UDP shows its summary's numbers",
  "the page of a run of packets shows its summary's numbers",
  "the page of a run of wRPC shows its summary's numbers",
] as const;

/** The one among them that needs a nats-server. */
export const NATS_NAME = "the page of a run over NATS shows its summary's numbers";
