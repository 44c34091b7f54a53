import type { FaqArticle, FaqCategory, FaqPlace, FaqRevision } from "@engage/client";
import { plain, ServedHtml } from "@engage/react";
import { useState } from "react";
import { SaveBar, useVersioned } from "../settings/versioned";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { go, href } from "../shell/route";
import { attempt, useAdmin, useCalm, useLoad } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { Comments } from "./comments";
import { placeOf } from "./tree";
import { languageName, nameOf, useFaq } from "./use";
import { Revisions } from "./versions";

/** An article: its texts, each in its language, and where it stands. */
export default function Article({ id }: { id: string }) {
  const faq = useFaq();
  const loaded = useLoad(`faq ${id}`, () => faq.article(id), 15_000);
  const shelves = useLoad("faq categories", () => faq.categories());
  const [picked, setPicked] = useState<string | null>(null);
  const [added, setAdded] = useState<string[]>([]);
  const { data: article, error } = loaded;
  if (!article) return <p className="quiet">{error ? trouble(error) : t("loading")}</p>;
  const locales = [...new Set([article.locale, ...article.texts.map((text) => text.locale), ...added])];
  const locale = picked ?? article.locale;
  return (
    <>
      <div className="faq-languages">
        <a className="button is-small" href={href("faq")}>
          <Icon name="back" /> {t("faq.articles")}
        </a>
        {locales.map((one) => {
          const text = article.texts.find((known) => known.locale === one);
          return (
            <button
              key={one}
              type="button"
              className="chip"
              aria-pressed={one === locale}
              onClick={() => setPicked(one)}
            >
              {languageName(one)}
              {text && <span className={`badge is-${text.standing}`}>{t(`faq.is.${text.standing}`)}</span>}
              {text?.outdated && <span className="badge">{t("faq.outdated.short")}</span>}
            </button>
          );
        })}
        <AddLanguage
          add={(one) => {
            setAdded([...added, one]);
            setPicked(one);
          }}
        />
      </div>
      <Texts key={locale} article={article} locale={locale} changed={loaded.set} reload={loaded.reload} />
      <Place article={article} categories={shelves.data?.categories ?? []} changed={loaded.set} />
      <Comments article={article} />
    </>
  );
}

function AddLanguage({ add }: { add(locale: string): void }) {
  const [tag, setTag] = useState("");
  return (
    <form
      className="faq-add-language"
      onSubmit={(event) => {
        event.preventDefault();
        if (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(tag)) add(tag);
        setTag("");
      }}
    >
      <input
        aria-label={t("faq.language.add")}
        placeholder={t("faq.language.add")}
        maxLength={35}
        autoCapitalize="off"
        value={tag}
        onChange={(event) => setTag(event.currentTarget.value.toLowerCase().trim())}
      />
    </form>
  );
}

interface TextsProps {
  article: FaqArticle;
  locale: string;
  changed(article: FaqArticle): void;
  reload(): void;
}

/** The text in one language; beside a translation stands what it is a translation of. */
function Texts({ article, locale, changed, reload }: TextsProps) {
  const faq = useFaq();
  const head = article.texts.find((text) => text.locale === locale)?.head ?? 0;
  const own = article.texts.find((text) => text.locale === article.locale);
  const isTranslation = locale !== article.locale;
  const text = useLoad(head > 0 ? `faq ${article.id} ${locale} ${head}` : null, () =>
    faq.revision(article.id, locale, head),
  );
  const original = useLoad(isTranslation && own ? `faq ${article.id} own ${own.head}` : null, () =>
    faq.revision(article.id, article.locale, own?.head ?? 1),
  );
  const known = head === 0 ? { title: "", markdown: "", number: 0 } : text.data;
  if (!known) return <p className="quiet">{text.error ? trouble(text.error) : t("loading")}</p>;
  return (
    <div className={isTranslation ? "faq-beside" : undefined}>
      {isTranslation && original.data && (
        <section className="setting" aria-label={languageName(article.locale)}>
          <h3 dir="auto">{plain(original.data.title)}</h3>
          <pre className="faq-original" dir="auto">
            {plain(original.data.markdown)}
          </pre>
        </section>
      )}
      <Editor
        article={article}
        locale={locale}
        known={known}
        source={own?.head ?? null}
        changed={changed}
        reload={reload}
      />
    </div>
  );
}

interface EditorProps extends TextsProps {
  known: Pick<FaqRevision, "title" | "markdown" | "number">;
  source: number | null;
}

function Editor({ article, locale, known, source, changed, reload }: EditorProps) {
  const faq = useFaq();
  const [looking, setLooking] = useState(false);
  const [past, setPast] = useState(false);
  const kept = (one: EditorProps["known"]) => ({
    value: { title: one.title, markdown: one.markdown },
    version: one.number,
  });
  const of = useVersioned<{ title: string; markdown: string }>({
    kept: kept(known),
    save: async (draft, version) => {
      const translated = locale === article.locale ? null : source;
      return kept(await faq.save(article.id, locale, { ...draft, source: translated }, version));
    },
    fetch: async () => {
      const now = await faq.article(article.id);
      const head = now.texts.find((text) => text.locale === locale)?.head ?? 0;
      return kept(await faq.revision(article.id, locale, head));
    },
    saved: reload,
  });
  const { draft } = of;
  const state = article.texts.find((text) => text.locale === locale);
  const publish = async (revision: number | null) => {
    const done = faq.live(article.id, locale, revision);
    if (await attempt(done, revision ? t("faq.published") : t("faq.unpublished"))) changed(await done);
  };
  return (
    <form
      className="card-form"
      aria-label={languageName(locale)}
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <label className="field">
        <span>{t("faq.title")}</span>
        <input
          dir="auto"
          required
          maxLength={150}
          value={draft.title}
          onChange={(event) => of.set({ ...draft, title: event.currentTarget.value })}
        />
      </label>
      <div className={looking ? "faq-beside" : undefined}>
        <label className="field">
          <span>{t("faq.markdown")}</span>
          <textarea
            className="faq-markdown"
            dir="auto"
            rows={16}
            required
            maxLength={100_000}
            value={draft.markdown}
            onChange={(event) => of.set({ ...draft, markdown: event.currentTarget.value })}
          />
        </label>
        {looking && <Preview markdown={draft.markdown} />}
      </div>
      <div className="actions">
        <button type="button" className="button" aria-pressed={looking} onClick={() => setLooking(!looking)}>
          <Icon name="eye" /> {t("faq.preview")}
        </button>
        {state && (
          <button type="button" className="button" onClick={() => setPast(true)}>
            <Icon name="clock" /> {t("faq.versions", { n: state.head })}
          </button>
        )}
        {state?.live && (
          <button type="button" className="button" onClick={() => publish(null)}>
            {t("faq.unpublish")}
          </button>
        )}
        {state && state.live !== state.head && (
          <button type="button" className="button is-chief" disabled={of.dirty} onClick={() => publish(state.head)}>
            {t("faq.publish")}
          </button>
        )}
      </div>
      <SaveBar of={of} show={(value) => `${plain(value.title)}\n\n${plain(value.markdown)}`} />
      {past && state && (
        <Revisions
          article={article}
          text={state}
          use={(revision) => of.set({ title: revision.title, markdown: revision.markdown })}
          close={() => setPast(false)}
        />
      )}
    </form>
  );
}

/** As readers will see it: made by the server, a moment after the last key. */
function Preview({ markdown }: { markdown: string }) {
  const faq = useFaq();
  const calm = useCalm(markdown, 300);
  const { data, error } = useLoad(calm.trim() ? `preview ${calm}` : null, () => faq.preview(calm));
  if (error) return <p className="fault">{trouble(error)}</p>;
  return <ServedHtml className="faq-html" html={data?.html ?? ""} label={t("faq.preview")} />;
}

interface PlaceProps {
  article: FaqArticle;
  categories: FaqCategory[];
  changed(article: FaqArticle): void;
}

/** Where the article stands, who sees it, and when. */
function Place({ article, categories, changed }: PlaceProps) {
  const faq = useFaq();
  const admin = useAdmin();
  const [asking, setAsking] = useState(false);
  const kept = (one: FaqArticle) => ({ value: placeOf(one), version: one.version });
  const of = useVersioned<FaqPlace>({
    kept: kept(article),
    save: async (draft, version) => {
      const next = await faq.place(article.id, draft, version);
      changed(next);
      return kept(next);
    },
    fetch: async () => kept(await faq.article(article.id)),
  });
  const { draft } = of;
  const drop = async () => {
    if (await attempt(faq.drop(article.id))) go(href("faq"));
  };
  const time = (name: "publish_at" | "unpublish_at") => (
    <label className="field">
      <span>{t(`faq.${name}`)}</span>
      <input
        type="datetime-local"
        value={local(draft[name])}
        onChange={(event) => of.set({ ...draft, [name]: universal(event.currentTarget.value) })}
      />
    </label>
  );
  return (
    <form
      className="card-form"
      aria-label={t("faq.place")}
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <h3>{t("faq.place")}</h3>
      <div className="form-row">
        <label className="field">
          <span>{t("faq.category")}</span>
          <select
            value={draft.category}
            onChange={(event) => of.set({ ...draft, category: event.currentTarget.value })}
          >
            {categories.map((one) => (
              <option key={one.id} value={one.id}>
                {plain(nameOf(one.names))}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t("faq.slug")}</span>
          <input
            required
            maxLength={80}
            autoCapitalize="off"
            dir="ltr"
            value={draft.slug}
            onChange={(event) => of.set({ ...draft, slug: event.currentTarget.value.toLowerCase() })}
          />
        </label>
        <label className="field">
          <span>{t("faq.for")}</span>
          <select
            value={draft.visibility}
            onChange={(event) => of.set({ ...draft, visibility: event.currentTarget.value as FaqPlace["visibility"] })}
          >
            {(["public", "members", "agents"] as const).map((one) => (
              <option key={one} value={one}>
                {t(`faq.for.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {time("publish_at")}
        {time("unpublish_at")}
      </div>
      {admin && (
        <div className="actions">
          <button type="button" className="button is-bad" onClick={() => setAsking(true)}>
            {t("delete")}
          </button>
        </div>
      )}
      <SaveBar of={of} show={(value) => `${value.slug}, ${t(`faq.for.${value.visibility}`)}`} />
      {asking && (
        <Confirm
          title={t("faq.drop", { name: article.texts[0]?.title ?? article.slug })}
          yes={t("delete")}
          act={drop}
          close={() => setAsking(false)}
        >
          <p>{t("no-undo")}</p>
        </Confirm>
      )}
    </form>
  );
}

/** A time as the field for it wants it: on the clock of who looks, to the minute. */
function local(time: string | null): string {
  if (!time) return "";
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function universal(typed: string): string | null {
  const at = new Date(typed);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
