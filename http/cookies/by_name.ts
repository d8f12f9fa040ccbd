/** Cookies, or what is wanted of them, by name in their order. A name may be any, `__proto__` too. */
export function byName<C extends { readonly name: string }, T>(
  cookies: readonly C[],
  wanted: (cookie: C) => T,
): Record<string, T[]> {
  const groups = Map.groupBy(cookies, ({ name }) => name);
  return Object.fromEntries(Array.from(groups, ([name, group]) => [name, group.map(wanted)]));
}
