import { describe, expect, test } from "vitest";
import { type Catalogue, compile, english, LOCALES, languageOf, laterTexts, type Strings, texts } from "../src";

describe("texts", () => {
  test.each(LOCALES)("of %s are complete, and speak of what they should", async (locale) => {
    const all: Partial<Catalogue> = { ...(await texts(locale)), ...(await laterTexts(locale)) };
    const [en, enLater] = await Promise.all([texts("en"), laterTexts("en")]);
    expect(Object.keys(all).sort()).toEqual([...Object.keys(en), ...Object.keys(enLater)].sort());
    const strings = compile(all, locale) as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(strings)) {
      expect(typeof value, `${locale} ${name}`).toBe(typeof english[name as keyof Strings]);
    }
    for (const cases of Object.values(all).filter((text) => typeof text === "object")) {
      const open = Object.hasOwn(cases, "other") || Object.hasOwn(cases, "open");
      expect(open, `${locale} ${JSON.stringify(cases)}`).toBe(true);
    }
  });

  test.each(LOCALES.filter((locale) => locale !== "en"))("of %s are not the English ones", async (locale) => {
    const [own, en] = [await texts(locale), await texts("en")];
    const same = Object.entries(own).filter(([name, text]) => text === en[name as keyof typeof en]);
    expect(same.map(([name]) => name).length).toBeLessThan(6);
  });

  test.each(LOCALES)("of %s have every plural that the language has", async (locale) => {
    const { unread } = compile(await texts(locale), locale) as Strings;
    for (const count of [0, 1, 2, 3, 11, 100, 1_000_000]) {
      expect(unread(count), `${locale} ${count}`).not.toBe("");
    }
  });

  test("count in the language's own way", async () => {
    const arabic = compile(await texts("ar"), "ar") as Strings;
    expect(arabic.unread(2)).toBe("رسالتان غير مقروءتين");
    expect(english.unread(1)).toBe("1 unread message");
    expect(english.unread(1_234)).toBe("1,234 unread messages");
    expect(english.queue(1)).toBe("You are next");
    expect(english.queue(3)).toBe("You are number 3 in the queue");
  });

  test("are not led astray by a name", () => {
    for (const name of ["other", "constructor", "__proto__", "toString", "#", "$&", ""]) {
      expect(english.typing(name)).toBe(`${name} is typing…`);
      expect(english.assigned(name || null)).toBe(
        name ? `${name} takes care of this conversation` : "Nobody is assigned now",
      );
    }
    expect(english.fault("constructor")).toBe("This cannot be used.");
  });

  test("can each be changed by the host, also into plain ones", () => {
    const own = compile(
      { typing: "Somebody types", title: "Ask # us", unread: { one: "one", other: "many" } },
      "en",
      english,
    );
    expect([own.typing("Ada"), own.title, own.unread(1), own.unread(5)]).toEqual([
      "Somebody types",
      "Ask # us",
      "one",
      "many",
    ]);
    expect(own.send).toBe("Send");
  });

  test("belong to the language that engage speaks for a locale", () => {
    expect(["de-AT", "EN", "pt-BR", "ar-EG", "constructor", ""].map(languageOf)).toEqual([
      "de",
      "en",
      "en",
      "ar",
      "en",
      "en",
    ]);
  });
});
