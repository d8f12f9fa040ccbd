/** A map from numbers to pixels, and where its axis has ticks. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Even steps from 0 to at least `most`. */
export function linearScale(most: number, from: number, to: number, count = 4): Scale {
  const step = niceStep(most > 0 ? most / count : 1);
  const top = Math.max(step, Math.ceil((most > 0 ? most : 1) / step - 1e-9) * step);
  const ticks: number[] = [];
  for (let i = 0; i * step <= top * (1 + 1e-9); i++) ticks.push(Number((i * step).toPrecision(12)));
  return { at: (value) => from + value / top * (to - from), ticks };
}

/** 1, 2 or 5 of a power of ten, not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((n) => n * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** Even steps of a logarithm, ticks at powers of ten, and at 2 and 5 of them where there is room. */
export function logScale(least: number, most: number, from: number, to: number): Scale {
  const low = least > 0 ? least : 0.001;
  const high = Math.max(most, low * 2);
  const [start, end] = [Math.log10(low), Math.log10(high)];
  const parts = end - start < 2.2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(start); power <= end; power++) {
    for (const part of parts) {
      const tick = Number((part * 10 ** power).toPrecision(6));
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  }
  const at = (value: number) => {
    const share = (Math.log10(Math.min(high, Math.max(low, value))) - start) / (end - start);
    return from + share * (to - from);
  };
  return { at, ticks };
}

/** Times from 0 to `mostMs` at whole seconds, minutes or hours. */
export function timeScale(mostMs: number, from: number, to: number, count = 6): Scale {
  const most = Math.max(1000, mostMs);
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 86_400];
  const step = (steps.find((s) => most / (s * 1000) <= count) ?? 86_400 * 7) * 1000;
  const ticks: number[] = [];
  for (let tick = 0; tick <= most; tick += step) ticks.push(tick);
  return { at: (ms) => from + ms / most * (to - from), ticks };
}
