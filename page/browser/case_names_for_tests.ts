/** Names of the cases in `cases_for_tests.ts`, which loads what tests may not. */
export const CASE_NAMES = [
  "the live page follows a run, steers it, and ends with the numbers of its summary",
  "a report shows its run with the network off, in light and dark, at 375 pixels",
  "a page with a token asks for it, and a closed tab holds up nothing",
  "a page has names for all that can be reached, and text that can be read",
] as const;
