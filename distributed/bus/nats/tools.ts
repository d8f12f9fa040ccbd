import type { Followed } from "./follow.ts";
import type { NatsLink } from "./link.ts";
import type { NatsBusSettings } from "./options.ts";
import type { Patient } from "./patience.ts";
import type { Places } from "./places.ts";

/** What the parts of a bus are made with. */
export interface Tools {
  readonly link: NatsLink;
  readonly settings: NatsBusSettings;
  readonly places: Places;
  readonly patient: Patient;
  /** See `follow`. */
  readonly follow: (followed: Followed) => Promise<void>;
  readonly maxBytes: number;
}
