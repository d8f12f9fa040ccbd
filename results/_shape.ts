/** Says what is wrong with a value, and where in it; null when nothing is. */
export type Shape = (value: unknown, at: string) => string | null;

const wrong = (at: string, what: string): string => `${at || "it"} ${what}`;

/** A text of at most `most` UTF-16 units. */
export function text(most = 100_000): Shape {
  return (value, at) => {
    if (typeof value !== "string") return wrong(at, "is no text");
    return value.length <= most ? null : wrong(at, `is longer than ${most} characters`);
  };
}

/** A finite number, not below `least`. */
export function number(least = -Infinity): Shape {
  return (value, at) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return wrong(at, "is no number");
    return value >= least ? null : wrong(at, `is below ${least}`);
  };
}

/** A whole number from 0 on that is exact. */
export const count: Shape = (value, at) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? null : wrong(at, "is no count");

/** True or false. */
export const flag: Shape = (value, at) =>
  typeof value === "boolean" ? null : wrong(at, "is neither true nor false");

/** One of some texts. */
export function oneOf(...values: readonly unknown[]): Shape {
  return (value, at) =>
    values.includes(value) ? null : wrong(at, `is none of ${values.join(", ")}`);
}

/** Null, or of a shape. */
export function orNull(shape: Shape): Shape {
  return (value, at) => value === null ? null : shape(value, at);
}

/** A list of at most `most`, each of a shape. */
export function list(shape: Shape, most = 1_000_000): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) return wrong(at, "is no list");
    if (value.length > most) return wrong(at, `has more than ${most} entries`);
    for (let i = 0; i < value.length; i++) {
      const found = shape(value[i], `${at}[${i}]`);
      if (found !== null) return found;
    }
    return null;
  };
}

/** An object with these fields, and others that are not looked at. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, at) => {
    if (!isObject(value)) return wrong(at, "is no object");
    for (const [name, shape] of Object.entries(shapes)) {
      const place = at === "" ? name : `${at}.${name}`;
      if (!Object.hasOwn(value, name)) return wrong(place, "is missing");
      const found = shape(value[name], place);
      if (found !== null) return found;
    }
    return null;
  };
}

/** Like `fields`, but each may be missing. */
export function maybe(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, at) => {
    const there = Object.entries(shapes).filter(([name]) =>
      isObject(value) && Object.hasOwn(value, name)
    );
    return fields(Object.fromEntries(there))(value, at);
  };
}

/** An object of any names, its values of a shape. */
export function map(shape: Shape, most = 10_000): Shape {
  return (value, at) => {
    if (!isObject(value)) return wrong(at, "is no object");
    const entries = Object.entries(value);
    if (entries.length > most) return wrong(at, `has more than ${most} entries`);
    for (const [name, inner] of entries) {
      const found = shape(inner, `${at}.${name.slice(0, 100)}`);
      if (found !== null) return found;
    }
    return null;
  };
}

/** Of all shapes at once. */
export function all(...shapes: readonly Shape[]): Shape {
  return (value, at) => {
    for (const shape of shapes) {
      const found = shape(value, at);
      if (found !== null) return found;
    }
    return null;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
