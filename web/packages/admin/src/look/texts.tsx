import { type Catalogue, laterTexts, plain, texts } from "@engage/react";
import { useEffect, useState } from "react";
import { SettingForm } from "../settings/settings";
import { Icon } from "../shell/icon";
import { LOCALES, type Locale, spoken, t } from "../words";

/** A text, or one for each case. */
type Words = string | Record<string, string>;
type Own = Record<string, Record<string, Words>>;

/** What the chat's own catalogue does not have, as there is no text of engage's for it. */
const MORE = ["launcher", "heading", "greeting"] as const;

/** What the chat says in place of engage's own words. */
export function Texts() {
  return (
    <SettingForm<Own>
      name="chat.texts"
      title={t("settings.texts")}
      hint={t("texts.hint")}
      read={read}
      write={written}
      show={(value) => t("texts.count", { n: Object.values(value).flatMap(Object.keys).length })}
    >
      {(of) => <Edit own={of.draft} set={of.set} />}
    </SettingForm>
  );
}

function Edit({ own, set }: { own: Own; set(own: Own): void }) {
  const [language, setLanguage] = useState(spoken() in LOCALES ? spoken() : "en");
  const usual = useCatalogue(language);
  const mine = own[language] ?? {};
  const put = (name: string, words: Words | null) => {
    const { [name]: _, ...rest } = mine;
    set({ ...own, [language]: words === null ? rest : { ...mine, [name]: words } });
  };
  // What a newer version of the chat says, or one language only, is kept as it is.
  const languages = [...new Set([...Object.keys(LOCALES), ...Object.keys(own)])];
  const left = Object.keys(usual).filter((name) => !(name in mine));
  return (
    <>
      <div className="form-row">
        <label className="field">
          <span>{t("texts.language")}</span>
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            {languages.map((one) => (
              <option key={one} value={one} lang={one}>
                {LOCALES[one as Locale] ?? one}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t("texts.add")}</span>
          <select
            value=""
            onChange={(event) => {
              const name = event.currentTarget.value;
              put(name, usual[name] ?? "");
            }}
          >
            <option value="">{t("texts.choose")}</option>
            {left.map((name) => (
              <option key={name} value={name}>
                {named(name, usual[name])}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ul className="cards">
        {Object.entries(mine).map(([name, words]) => (
          <li key={name} className="card-form">
            <div className="texts-top">
              <span className="quiet" dir="auto">
                {usual[name] ? t("texts.usual", { text: named(name, usual[name]) }) : named(name, undefined)}
              </span>
              <button
                type="button"
                className="tool is-small"
                aria-label={t("remove", { name: named(name, usual[name]) })}
                onClick={() => put(name, null)}
              >
                <Icon name="trash" />
              </button>
            </div>
            {(typeof words === "string" ? [["", words] as const] : Object.entries(words)).map(([which, text]) => (
              <label key={which} className={which ? "field is-inline" : "field"}>
                <span className={which ? undefined : "aside"}>{which || named(name, usual[name])}</span>
                <input
                  dir="auto"
                  lang={language}
                  maxLength={500}
                  value={text}
                  onChange={(event) => {
                    const next = event.currentTarget.value;
                    put(name, typeof words === "string" ? next : { ...words, [which]: next });
                  }}
                />
              </label>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Engage's own texts of a language: empty until they are there. */
function useCatalogue(language: string): Record<string, Words> {
  const [all, setAll] = useState<Record<string, Words>>({});
  useEffect(() => {
    let live = true;
    Promise.all([texts(language), laterTexts(language)]).then(
      ([first, rest]) => {
        const known = { ...first, ...rest } as Partial<Catalogue> as Record<string, Words>;
        if (live) setAll({ ...Object.fromEntries(MORE.map((name) => [name, ""])), ...known });
      },
      () => {},
    );
    return () => {
      live = false;
    };
  }, [language]);
  return all;
}

/** How a text is told from others: by what engage says in its place. */
function named(name: string, usual: Words | undefined): string {
  const known = MORE.find((one) => one === name);
  if (known) return t(`texts.${known}`);
  const text = typeof usual === "object" ? (usual.other ?? Object.values(usual)[0]) : usual;
  return plain(text || name);
}

function read(value: unknown): Own {
  if (!value || typeof value !== "object") return {};
  return Object.fromEntries(
    Object.entries(value).map(([language, all]) => [language, { ...(all as Record<string, Words>) }]),
  );
}

/** Without what is empty: there engage's own stands. */
function written(own: Own): Own {
  const full = (words: Words): Words | null => {
    if (typeof words === "string") return words.trim() ? words : null;
    const cases = Object.entries(words).filter(([, text]) => text.trim());
    return cases.length > 0 ? Object.fromEntries(cases) : null;
  };
  const kept = Object.entries(own).map(([language, all]) => {
    const entries = Object.entries(all).map(([name, words]) => [name, full(words)] as const);
    return [language, Object.fromEntries(entries.filter(([, words]) => words !== null))] as const;
  });
  return Object.fromEntries(kept.filter(([, all]) => Object.keys(all).length > 0)) as Own;
}
