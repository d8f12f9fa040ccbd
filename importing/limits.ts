/** What is taken of input that nobody vouches for. */
export const LIMITS = {
  /** Bytes of a file. */
  bytes: 256 * 2 ** 20,
  /** Characters of YAML, which takes far more memory than JSON. */
  yaml: 16 * 2 ** 20,
  /** Characters of a k6 script. */
  script: 4 * 2 ** 20,
  /** Levels of objects and lists within each other. */
  depth: 200,
  /** Objects, lists and values of a document. */
  values: 20_000_000,
  /** Requests of a script. */
  requests: 5000,
  /** Characters of all bodies of a script. */
  bodies: 16 * 2 ** 20,
} as const;
