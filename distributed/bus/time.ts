import type { Clock } from "../../runner/remote/mod.ts";

/** Time as the pool sees it: the machine's, or a test's own. */
export type Time = Pick<Clock, "now" | "sleep">;
