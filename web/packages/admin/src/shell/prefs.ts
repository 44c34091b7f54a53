import { useSyncExternalStore } from "react";

/** What somebody chose for themselves, in this browser only. */
export interface Prefs {
  language: string;
  theme: "auto" | "light" | "dark";
  keys: boolean;
  desktop: boolean;
  sound: boolean;
  /** The side panel beside a conversation. */
  aside: boolean;
  /** The filter of the inbox as it was left, as a query. */
  inbox: string;
}

const DEFAULTS: Prefs = {
  language: "",
  theme: "auto",
  keys: true,
  desktop: false,
  sound: false,
  aside: true,
  inbox: "",
};
const PLACE = "engage:admin:prefs";

const listeners = new Set<() => void>();
let current: Prefs = recall();

/** The choices as they are. */
export function prefs(): Prefs {
  return current;
}

export function setPref<K extends keyof Prefs>(name: K, value: Prefs[K]): void {
  if (current[name] === value) return;
  current = { ...current, [name]: value };
  try {
    localStorage.setItem(PLACE, JSON.stringify(current));
  } catch {
    // Then it holds for this page only.
  }
  for (const listener of [...listeners]) listener();
}

export function usePrefs(): Prefs {
  return useSyncExternalStore(subscribe, prefs);
}

/** Forgets what is in memory and looks again: another tab has changed it, or a test begins. */
export function reloadPrefs(): void {
  current = recall();
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener("storage", heard);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener("storage", heard);
  };
}

function heard(event: StorageEvent): void {
  if (event.key === PLACE) reloadPrefs();
}

/** What is stored may be of another version, or nonsense: only what has the kind of its default is taken. */
function recall(): Prefs {
  try {
    const stored = JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Record<string, unknown>;
    const fitting = Object.entries(DEFAULTS).map(([name, value]) => [
      name,
      typeof stored[name] === typeof value ? stored[name] : value,
    ]);
    return Object.fromEntries(fitting) as unknown as Prefs;
  } catch {
    return DEFAULTS;
  }
}
