import { DownpourError } from "../internal/mod.ts";

/**
 * Live control that can't be done. Codes: `control_over` (the load is over, or about to be),
 * `control_scenario` (no scenario whose VUs or rate can be set, or several), `control_vus` (the number is
 * none that the scenario can have), `control_rate` (the rate is none that the scenario can have).
 */
export class ControlError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "ControlError";
}
