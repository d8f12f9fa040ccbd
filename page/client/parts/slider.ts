import type { PageScenario } from "../../data/types.ts";
import { formatRate } from "../../drawing/format.ts";
import { niceStep } from "../../drawing/scale.ts";
import { h, setText } from "../dom.ts";

/** What of a scenario can be set by a slider. */
export interface Settable {
  readonly scenario: string;
  /** `vus` or `rate`: the attribute of the API. */
  readonly attribute: "vus" | "rate";
  readonly value: number;
  readonly max: number;
}

/** What can be set of a scenario; null where nothing can. */
export function sliderOf({ name, vus, maxVUs, rate, maxRate }: PageScenario): Settable | null {
  if (maxVUs !== null) return { scenario: name, attribute: "vus", value: vus, max: maxVUs };
  return rate === null ? null : { scenario: name, attribute: "rate", value: rate, max: maxRate };
}

/** Steps of a rate's slider. */
const STEPS = 200;

/** A slider that follows what others set, but not while somebody moves it. */
export class Slider {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #output = h("output");
  readonly #attribute: Settable["attribute"];
  #told: number;
  #moving = false;

  /** @param change asks the run for it */
  constructor(
    { scenario, attribute, value, max }: Settable,
    change: (attributes: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#attribute = attribute;
    this.#told = value;
    const isRate = attribute === "rate";
    this.#input = h("input", {
      ...{ type: "range", min: 0, max, step: isRate ? stepOf(max) : 1, value },
      oninput: () => {
        this.#moving = true;
        this.#show();
      },
      onchange: () => {
        this.#moving = false;
        change({ [attribute]: Number(this.#input.value), scenario });
      },
    });
    const title = isRate ? `Rate of ${scenario}` : `VUs of ${scenario}`;
    this.element = h("label", {}, h("span", {}, title), this.#input, this.#output);
    this.#show();
  }

  /** Shows what holds now. */
  update({ value, max }: Settable): void {
    if (this.#moving || value === this.#told) return;
    this.#told = value;
    this.#input.max = String(max);
    this.#input.value = String(value);
    this.#show();
  }

  #show(): void {
    const value = Number(this.#input.value);
    setText(this.#output, this.#attribute === "rate" ? `${formatRate(value)}/s` : String(value));
  }
}

/** A step that is 1, 2 or 5 of a power of ten. */
function stepOf(max: number): number {
  return niceStep(max / STEPS);
}
