import { en, type parts } from "./en";

/** A text, or its forms by the plural rules of its language, chosen by the value `n`. */
export type Text = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Key = keyof typeof en;
/** The words of one part, in another language. */
export type Words<Part extends keyof typeof parts> = Record<keyof (typeof parts)[Part], Text>;
export type Table = Record<Key, Text>;
type Values = Record<string, string | number>;

/** Every language of the panel, by its own name. */
export const LOCALES = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  ar: "العربية",
  ja: "日本語",
} as const;
export type Locale = keyof typeof LOCALES;

const TABLES: Record<string, () => Promise<{ table: Table }>> = {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  ar: () => import("./ar"),
  ja: () => import("./ja"),
  // Not offered: tests find with it what was not translated, and what is cut off.
  "en-XA": () => import("./pseudo"),
};

let table: Table = en;
let locale = "en";
let plural = new Intl.PluralRules("en");
let count = new Intl.NumberFormat("en");

/** The text of `key`, with `{name}` replaced by the values. Values are text: whatever is in them is shown as it is. */
export function t(key: Key, values: Values = {}): string {
  const text = table[key];
  const form = typeof text === "string" ? text : (text[plural.select(Number(values.n ?? 0))] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? count.format(value) : value;
  });
}

/** A text whose key is made from what the server says; `fallback` where it is not known here. */
export function told(prefix: string, code: string, fallback: string): string {
  const key = `${prefix}.${code}`;
  return key in table ? t(key as Key) : fallback;
}

/** The language that is spoken now, as `Intl` wants it. */
export function spoken(): string {
  return locale;
}

/** Speaks `wanted` from now on, and turns the page to its direction of writing. What is shown must be rendered anew. */
export async function speak(wanted: string): Promise<void> {
  const load = TABLES[wanted];
  const next = load ? (await load()).table : en;
  locale = load ? wanted : "en";
  table = next;
  plural = new Intl.PluralRules(locale);
  count = new Intl.NumberFormat(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "ar" ? "rtl" : "ltr";
}

/** The language to begin with: the chosen one, or the first of the browser's that is known. */
export function preferred(chosen: string, browser: readonly string[]): string {
  if (chosen in LOCALES || chosen in TABLES) return chosen;
  const base = browser.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return base.find((tag) => tag in LOCALES) ?? "en";
}
