import type { FaqSynonyms } from "@engage/client";
import { useState } from "react";
import { SaveBar, useVersioned } from "../settings/versioned";
import { useLoad } from "../shell/use";
import { spoken, t } from "../words";
import { trouble } from "../words/trouble";
import { useFaq } from "./use";

/** What means the same, by language: a group on each line. */
export default function Synonyms() {
  const faq = useFaq();
  const [locale, setLocale] = useState(spoken().split("-")[0] ?? "en");
  const fits = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(locale);
  const { data, error } = useLoad(fits ? `faq synonyms ${locale}` : null, () => faq.synonyms(locale));
  return (
    <>
      <p className="quiet">{t("faq.synonyms.hint")}</p>
      <label className="field">
        <span>{t("faq.language")}</span>
        <input
          maxLength={35}
          autoCapitalize="off"
          value={locale}
          onChange={(event) => setLocale(event.currentTarget.value.toLowerCase().trim())}
        />
      </label>
      {data ? (
        <Groups key={data.locale} known={data} />
      ) : (
        <p className="quiet">{error ? trouble(error) : t("loading")}</p>
      )}
    </>
  );
}

function Groups({ known }: { known: FaqSynonyms }) {
  const faq = useFaq();
  const kept = (one: FaqSynonyms) => ({
    value: one.groups.map((group) => group.join(", ")).join("\n"),
    version: one.version,
  });
  const of = useVersioned<string>({
    kept: kept(known),
    save: async (draft, version) => kept(await faq.setSynonyms(known.locale, groupsOf(draft), version)),
    fetch: async () => kept(await faq.synonyms(known.locale)),
  });
  return (
    <form
      className="card-form"
      aria-label={t("faq.synonyms")}
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <label className="field">
        <span>{t("faq.synonyms")}</span>
        <textarea dir="auto" rows={12} value={of.draft} onChange={(event) => of.set(event.currentTarget.value)} />
      </label>
      <SaveBar of={of} show={(value) => value} />
    </form>
  );
}

function groupsOf(text: string): string[][] {
  const words = (line: string) =>
    line
      .split(/[,،、]/)
      .map((word) => word.trim())
      .filter(Boolean);
  return text
    .split("\n")
    .map(words)
    .filter((group) => group.length > 0);
}
