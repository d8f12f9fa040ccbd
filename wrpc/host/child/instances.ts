import type { Instance, LoadedComponent } from "./instance.ts";

/** Instances of a component, kept for the next call or not. */
export class Instances {
  readonly #component: LoadedComponent;
  readonly #fresh: boolean;
  readonly #idle: Instance[] = [];

  /** @param fresh gives every call an instance that no other had */
  constructor(component: LoadedComponent, fresh: boolean) {
    this.#component = component;
    this.#fresh = fresh;
  }

  /** Makes one ahead, which shows that it can be made. */
  async warm(): Promise<void> {
    this.#idle.push(await this.#component.instantiate());
  }

  /** One that nobody uses. */
  async take(): Promise<Instance> {
    return this.#idle.pop() ?? await this.#component.instantiate();
  }

  /** Gives it back after a call that went well: after any other, its state can't be trusted. */
  give(instance: Instance): void {
    if (!this.#fresh) this.#idle.push(instance);
  }
}
