/** Paints text for a terminal, or hands it back untouched. */
export type Paint = (text: string) => string;

/** The few looks that the reports use. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

const sgr = (on: number, off: number): Paint => (text) =>
  text === "" ? "" : `\x1b[${on}m${text}\x1b[${off}m`;
const same: Paint = (text) => text;

const COLOURED: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
};
const PLAIN: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

/** The looks, or no-ops when `color` is false. */
export function style(color: boolean): Style {
  return color ? COLOURED : PLAIN;
}
