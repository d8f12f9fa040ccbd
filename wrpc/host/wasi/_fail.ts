/**
 * The `err` of a WASI function's `result`: jco takes `payload` of what is thrown. Anything else that
 * is thrown traps the component.
 */
export class WasiFailure extends Error {
  /** The value of the result's `err`. */
  readonly payload: unknown;

  constructor(payload: unknown) {
    super("a WASI function failed");
    this.payload = payload;
  }
}
