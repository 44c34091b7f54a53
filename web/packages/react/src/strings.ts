import type { texts as english } from "./locales/en";
import type { texts as englishLater } from "./locales/en-later";
import type { staff } from "./locales/staff";

/** The texts that speak of something, and of what. */
interface Of {
  tooLong: number;
  left: number;
  unread: number;
  typing: string;
  queue: number;
  opens: string;
  assigned: string | null;
  status: "open" | "snoozed" | "closed";
  team: string | null;
  priority: "low" | "normal" | "high" | "urgent";
  language: string | null;
  contactIs: string;
  rated: number;
  rate: number;
  refused: string;
  whoSaved: string;
  whoNotSaved: string;
  fault: string;
  filePause: string;
  fileResume: string;
  fileRemove: string;
  fileState: string;
  fileFailed: string;
}

type Name = keyof typeof english | keyof typeof englishLater | keyof typeof staff;

/** Everything that people read in chat. */
export type Strings = { [N in Name]: N extends keyof Of ? (arg: Of[N]) => string : string } & {
  /** In place of the site's greeting, where it has one in this language. */
  greeting?: string;
  /** What stands above a conversation that nobody has taken; empty: the site's name. */
  heading?: string;
};

type Cases = string | Readonly<Record<string, string>>;

/**
 * The same as data, so that it can be a JSON file: a text, in which `#` stands for the number or name, or one text for each case. A
 * case is a value (`"1"`, `"closed"`, `""` for nobody), a plural category of the language (`one`, `few`, …), or `other`.
 */
export type Catalogue = { readonly [N in Name]: N extends keyof Of ? Cases : string };

/** A language, as far as visitors read it at once. */
export type Translation = { readonly [N in keyof typeof english]: Catalogue[N] };

/** The texts of what is fetched only where it is used: forms, rating, settings. */
export type Later = { readonly [N in keyof typeof englishLater]: Catalogue[N] };

/** The texts of `catalogue` as they are called for; what it leaves out is taken from `base`. */
export function compile<Base extends Partial<Strings>>(
  catalogue: Partial<Catalogue>,
  locale: string,
  base?: Base,
): Base & Partial<Strings> {
  const strings: Record<string, unknown> = { ...base };
  for (const [name, text] of Object.entries(catalogue as Record<string, Cases>)) {
    const speaks =
      name in strings ? typeof strings[name] === "function" : typeof text === "object" || text.includes("#");
    strings[name] = speaks ? (arg: Arg) => fill(text, arg, locale) : String(text);
  }
  return strings as Base & Partial<Strings>;
}

type Arg = string | number | null;

const plurals = new Map<string, Intl.PluralRules>();

function fill(text: Cases, arg: Arg, locale: string): string {
  const count = typeof arg === "number";
  const value = arg === null ? "" : String(arg);
  let chosen = typeof text === "string" ? text : "";
  if (typeof text === "object") {
    const cases = count ? [value, category(arg, locale), "other"] : [value, "other"];
    // Names come from people: only what the catalogue itself has is a case.
    chosen = text[cases.find((name) => Object.hasOwn(text, name)) ?? ""] ?? "";
  }
  return chosen.split("#").join(count ? arg.toLocaleString(locale) : value);
}

function category(count: number, locale: string): string {
  const rules = plurals.get(locale) ?? new Intl.PluralRules(locale);
  plurals.set(locale, rules);
  return rules.select(count);
}
