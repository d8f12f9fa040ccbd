/** What `bench page --only` knows. */
export const PAGE_PARTS: readonly string[] = ["frames", "paint", "cost", "tabs", "steady", "live"];

/** Seconds that the page has been told when it is looked at: an hour soon after. */
export const LONG_SECONDS = 3570;
/** Open tabs whose cost is measured. */
export const TABS = 3;
/** Connections of the run that has them. */
export const CONNECTIONS = 64;
/** First views of the page in a round. */
export const PAINTS = 5;
