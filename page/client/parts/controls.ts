import type { PageState } from "../../data/types.ts";
import { h, setText } from "../dom.ts";
import { Slider, sliderOf } from "./slider.ts";
import type { View } from "../view.ts";

/** Changes the run. Rejects with the reason when it refuses. */
export type Change = (attributes: Readonly<Record<string, unknown>>) => Promise<void>;

/** Buttons and sliders that steer a run that goes on. */
export class Controls {
  readonly element: HTMLElement;
  readonly #change: Change;
  readonly #pause: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #sure: HTMLDialogElement;
  readonly #say: (text: string) => void;
  readonly sliders = h("section", {
    class: "card sliders",
    "aria-label": "Virtual users and rates",
    hidden: true,
  });
  #shown: Slider[] = [];
  #state: PageState | null = null;

  /** @param say tells why something could not be done */
  constructor(change: Change, say: (text: string) => void) {
    this.#change = change;
    this.#say = say;
    this.#pause = h("button", { type: "button", onclick: () => this.togglePause() }, "Pause");
    this.#stop = h(
      "button",
      { type: "button", class: "danger", onclick: () => this.askStop() },
      "Stop",
    );
    this.#sure = h(
      "dialog",
      { class: "sure", "aria-labelledby": "sure-title" },
      h("h2", { id: "sure-title" }, "Stop the run?"),
      h("p", {}, "Iterations that run may finish, then the summary is made."),
      h(
        "form",
        { method: "dialog" },
        h("button", { value: "no" }, "Go on"),
        h(
          "button",
          { value: "yes", class: "danger", onclick: () => this.#do({ stopped: true }) },
          "Stop it",
        ),
      ),
    );
    this.element = h("div", { class: "controls" }, this.#pause, this.#stop, this.#sure);
  }

  /** Pauses the run, or lets it go on. */
  togglePause(): void {
    if (this.#state !== null && canSteer(this.#state)) this.#do({ paused: !this.#state.paused });
  }

  /** Asks whether the run is really to be stopped. */
  askStop(): void {
    if (this.#state !== null && canSteer(this.#state)) this.#sure.showModal();
  }

  /** Shows what can be done now. */
  update({ data }: View): void {
    const { state } = data.now;
    this.#state = state;
    const steers = canSteer(state);
    this.element.hidden = state.phase === "ended" || state.phase === "lost";
    this.#pause.disabled = this.#stop.disabled = !steers;
    setText(this.#pause, state.paused ? "Resume" : "Pause");
    const wanted = data.run.scenarios.flatMap((scenario) => sliderOf(scenario) ?? []);
    this.sliders.hidden = wanted.length === 0 || !steers;
    if (this.#shown.length !== wanted.length) {
      this.#shown = wanted.map((one) => new Slider(one, (attributes) => this.#do(attributes)));
      this.sliders.replaceChildren(...this.#shown.map(({ element }) => element));
    }
    for (const [i, one] of wanted.entries()) this.#shown[i]!.update(one);
  }

  async #do(attributes: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      await this.#change(attributes);
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }
}

function canSteer({ phase }: PageState): boolean {
  return phase === "init" || phase === "setup" || phase === "running";
}
