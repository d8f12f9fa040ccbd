/**
 * An interned, immutable set of tags: equal sets of one recorder are the same object, whatever
 * order their tags were added in, so a set can key a map and compare with `===`.
 */
export interface Tags {
  /** Tag names and values, sorted by name. */
  readonly entries: readonly (readonly [name: string, value: string])[];
  /** The value of a tag, or undefined. */
  get(name: string): string | undefined;
  /** This set with one tag added or replaced. Cheap when asked for again. */
  with(name: string, value: string): Tags;
  /** This set with several tags added or replaced. */
  withAll(tags: Readonly<Record<string, string>>): Tags;
}
