/** First byte of every batch of samples. */
export const BATCH_VERSION = 1;
/** A batch is sent when it has this many bytes. */
export const BATCH_BYTES = 64 * 1024;
/** A decoder reads no longer one: the last sample of a batch may introduce many long tags. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Larger whole values travel as floats, so that zigzagged they stay exact. */
export const MAX_WHOLE_SAMPLE = 2 ** 50;
