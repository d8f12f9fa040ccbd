/** Most bytes of a body that are kept in memory, unless told otherwise: 128 MiB. */
export const DEFAULT_MAX_BODY_BYTES: number = 128 * 1024 * 1024;
