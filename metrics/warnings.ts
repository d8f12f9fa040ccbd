/**
 * A bound that was reached, told once: `tag_values` (once per tag name), `tag_names`, `tag_sets`,
 * `series`, `not_finite` (once per metric). Or a note of who records, as often as it is made.
 */
export interface RegistryWarning {
  /** Which bound. */
  readonly code: "tag_values" | "tag_names" | "tag_sets" | "series" | "not_finite" | "note";
  /** The tag or metric it is about; empty when it is about all. */
  readonly name: string;
  /** One line for people. */
  readonly message: string;
}
