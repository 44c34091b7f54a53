import { describe, expect, test } from "vitest";
import { LOCALES, preferred, type Table, type Text } from "../src/words";
import { table as ar } from "../src/words/ar";
import { table as de } from "../src/words/de";
import { en } from "../src/words/en";
import { table as es } from "../src/words/es";
import { table as fr } from "../src/words/fr";
import { table as ja } from "../src/words/ja";
import { table as pseudo } from "../src/words/pseudo";

const TABLES: Record<string, Table> = { en, de, fr, es, ar, ja };

const forms = (text: Text) => (typeof text === "string" ? [text] : Object.values(text));
const values = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe.each(Object.keys(LOCALES))("the words of %s", (locale) => {
  const table = TABLES[locale] as Table;

  test("are there for everything, and each names the values that the English names", () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(en).sort());
    const wrong = Object.entries(table).flatMap(([key, text]) => {
      const known = values(forms((en as Table)[key as keyof Table]).join(" "));
      // A form for one or two may say the number in a word.
      const spoken = (form: string) => values(form).filter((value) => value !== "{n}");
      return forms(text)
        .filter((form) => spoken(form).join() !== known.filter((value) => value !== "{n}").join())
        .map((form) => `${key}: ${form}`);
    });
    expect(wrong).toEqual([]);
  });

  test("have a form for every number that the language tells apart", () => {
    const rules = new Intl.PluralRules(locale);
    const missing = Object.entries(table).flatMap(([key, text]) =>
      typeof text === "string"
        ? []
        : [0, 1, 2, 3, 11, 100].filter((n) => !(text[rules.select(n)] ?? text.other)).map((n) => `${key} ${n}`),
    );
    expect(missing).toEqual([]);
    expect(
      Object.values(table)
        .flatMap(forms)
        .filter((text) => text.trim() === ""),
    ).toEqual([]);
  });
});

test("the pseudo-language marks every word and leaves the values alone", () => {
  expect(pseudo.unread).toEqual({ one: expect.stringMatching(/^⟦\{n\} .+⟧$/), other: expect.stringMatching(/^⟦.+⟧$/) });
  expect(
    Object.values(pseudo)
      .flatMap(forms)
      .every((text) => text.startsWith("⟦") && text.endsWith("⟧")),
  ).toBe(true);
});

test("speaks what was chosen, else the first known language of the browser, else English", () => {
  expect(preferred("ja", ["de"])).toBe("ja");
  expect(preferred("", ["nl", "de-AT", "fr"])).toBe("de");
  expect(preferred("xx", ["nl"])).toBe("en");
});
