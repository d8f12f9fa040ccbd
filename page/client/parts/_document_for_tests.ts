/** As much of an element as the parts use that are tested without a browser. */
export class FakeElement {
  [property: string]: unknown;
  children: (FakeElement | string)[] = [];

  constructor(readonly tag: string) {}

  setAttribute(name: string, value: string): void {
    this[name] = value;
  }

  addEventListener(): void {}

  append(...children: (FakeElement | string)[]): void {
    this.children.push(...children);
  }

  replaceChildren(...children: (FakeElement | string)[]): void {
    this.children = children;
  }

  get lastElementChild(): FakeElement | undefined {
    return this.children.findLast((child) => typeof child !== "string");
  }

  get textContent(): string {
    return this.children.map((child) => typeof child === "string" ? child : child.textContent)
      .join("");
  }

  set textContent(text: string) {
    this.children = [text];
  }

  /** The first below it of which `is` holds. */
  find(is: (element: FakeElement) => boolean): FakeElement | undefined {
    for (const child of this.children) {
      if (typeof child === "string") continue;
      const found = is(child) ? child : child.find(is);
      if (found !== undefined) return found;
    }
  }
}

/** Something that asks for a `document` gets one whose elements are such. */
export function withDocument<T>(run: () => T): T {
  const scope = globalThis as { document?: unknown };
  scope.document = { createElement: (tag: string) => new FakeElement(tag) };
  try {
    return run();
  } finally {
    delete scope.document;
  }
}
