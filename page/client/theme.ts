const KEY = "downpour-theme";
type Theme = "light" | "dark";

/** Sets the theme that was chosen before; without one it is the system's. */
export function restoreTheme(): void {
  const kept = stored();
  if (kept !== null) document.documentElement.dataset["theme"] = kept;
}

/** Turns light to dark and back. */
export function switchTheme(): void {
  const next: Theme = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  try {
    localStorage.setItem(KEY, next);
  } catch { /* a file that may keep nothing */ }
}

/** What is shown now. */
export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function stored(): Theme | null {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : null;
  } catch {
    return null;
  }
}
