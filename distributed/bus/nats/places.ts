/** Where a pool's things are at the NATS servers. */
export interface Places {
  /** Stream of the log. */
  readonly log: string;
  /** Stream of the jobs. */
  readonly jobs: string;
  /** Bucket of the keys, and its stream. */
  readonly keys: string;
  readonly keysStream: string;
  /** Bucket of the blobs, and its stream. */
  readonly blobs: string;
  readonly blobsStream: string;
  /** Subject of a record. */
  readonly logSubject: (subject: string) => string;
  /** Subject of a queue's jobs. */
  readonly jobsSubject: (queue: string) => string;
  /** Name of a queue's consumer. */
  readonly jobsConsumer: (queue: string) => string;
  /** Subject of a key's values. */
  readonly keySubject: (key: string) => string;
  /** Subject of a live message. */
  readonly liveSubject: (subject: string) => string;
}

/** The places of a pool whose names begin with a prefix. */
export function placesOf(prefix: string): Places {
  const keys = `${prefix}_keys`;
  const blobs = `${prefix}_blobs`;
  return {
    log: `${prefix}_log`,
    jobs: `${prefix}_jobs`,
    keys,
    keysStream: `KV_${keys}`,
    blobs,
    blobsStream: `OBJ_${blobs}`,
    logSubject: (subject) => `${prefix}.log.${subject}`,
    jobsSubject: (queue) => `${prefix}.queue.${queue}`,
    // A name is one word; no word of a queue has this sign.
    jobsConsumer: (queue) => queue.replaceAll(".", "~"),
    keySubject: (key) => `$KV.${keys}.${key}`,
    liveSubject: (subject) => `${prefix}.live.${subject}`,
  };
}
