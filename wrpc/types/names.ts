/**
 * The name of a field, flag, parameter or function in JavaScript, as jco makes it: `mem-burn-mb` is
 * `memBurnMb`, `HTTP-status` is `httpStatus`. The parts of `fields.get` are changed one by one.
 */
export function camelCase(name: string): string {
  return name.split(".").map((part) =>
    part.split("-").map((word, index) => {
      const lower = word.toLowerCase();
      return index === 0 ? lower : lower.charAt(0).toUpperCase() + lower.slice(1);
    }).join("")
  ).join(".");
}
