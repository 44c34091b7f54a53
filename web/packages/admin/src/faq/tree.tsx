import { type FaqArticle, type FaqCategory, uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Confirm } from "../shell/dialog";
import { FormDialog } from "../shell/form";
import { Icon } from "../shell/icon";
import { go, href } from "../shell/route";
import { attempt, useAdmin, useLoad } from "../shell/use";
import { spoken, t } from "../words";
import { trouble } from "../words/trouble";
import { nameOf, useFaq } from "./use";

/** How many pages of articles the tree shows at the most. */
const PAGES = 5;

/** Categories with what stands in them. */
export function Tree() {
  const faq = useFaq();
  const [open, setOpen] = useState<FaqCategory | "new" | null>(null);
  const all = useLoad(
    "faq",
    async () => {
      const { categories } = await faq.categories();
      const articles: FaqArticle[] = [];
      let after: string | null = null;
      for (let page = 0; page < PAGES; page += 1) {
        const got: { articles: FaqArticle[]; next: string | null } = await faq.articles(null, after);
        articles.push(...got.articles);
        after = got.next;
        if (!after) break;
      }
      return { categories, articles, complete: !after };
    },
    30_000,
  );
  const { data, error } = all;
  if (!data) return <p className="quiet">{error ? trouble(error) : t("loading")}</p>;
  const top = data.categories.filter((one) => !one.parent);
  const inner = (one: FaqCategory, siblings: FaqCategory[]) => (
    <Shelf key={one.id} category={one} siblings={siblings} articles={data.articles} edit={setOpen} reload={all.reload}>
      {data.categories.filter((below) => below.parent === one.id).map((below, _, those) => inner(below, those))}
    </Shelf>
  );
  return (
    <>
      <div className="page-tools">
        <button type="button" className="button is-chief" onClick={() => setOpen("new")}>
          <Icon name="plus" /> {t("faq.category.add")}
        </button>
      </div>
      {top.length === 0 && <p className="quiet card-empty">{t("faq.none")}</p>}
      <ul className="faq-tree">{top.map((one) => inner(one, top))}</ul>
      {!data.complete && <p className="quiet">{t("faq.many")}</p>}
      {open && (
        <CategoryForm
          category={open === "new" ? null : open}
          parents={top.filter((one) => open === "new" || one.id !== open.id)}
          done={all.reload}
          close={() => setOpen(null)}
        />
      )}
    </>
  );
}

interface ShelfProps {
  category: FaqCategory;
  siblings: FaqCategory[];
  articles: FaqArticle[];
  edit(category: FaqCategory): void;
  reload(): void;
  children: React.ReactNode;
}

function Shelf({ category, siblings, articles, edit, reload, children }: ShelfProps) {
  const faq = useFaq();
  const [adding, setAdding] = useState(false);
  const own = articles.filter((one) => one.category === category.id);
  const name = nameOf(category.names);
  // The two change places; equal positions would not.
  const move = async (by: 1 | -1) => {
    const at = siblings.indexOf(category);
    const other = siblings[at + by];
    if (!other) return;
    const position = other.position === category.position ? other.position + by : other.position;
    const swap = faq
      .setCategory({ ...category, position })
      .then(() => faq.setCategory({ ...other, position: category.position }));
    await attempt(swap);
    reload();
  };
  const step = async (article: FaqArticle, by: 1 | -1) => {
    const other = own[own.indexOf(article) + by];
    if (!other) return;
    const position = other.position === article.position ? other.position + by : other.position;
    const swap = faq
      .place(article.id, { ...placeOf(article), position }, article.version)
      .then(() => faq.place(other.id, { ...placeOf(other), position: article.position }, other.version));
    await attempt(swap);
    reload();
  };
  return (
    <li className="faq-shelf">
      <div className="faq-shelf-head">
        <h3>
          {category.icon && <span aria-hidden="true">{plain(category.icon)} </span>}
          <span dir="auto">{plain(name)}</span>
        </h3>
        <Steps name={name} first={siblings[0] === category} last={siblings.at(-1) === category} move={move} />
        <button
          type="button"
          className="tool is-small"
          aria-label={t("edit.what", { name })}
          onClick={() => edit(category)}
        >
          <Icon name="edit" />
        </button>
        <button type="button" className="button is-small" onClick={() => setAdding(true)}>
          <Icon name="plus" /> {t("faq.add")}
        </button>
      </div>
      <ul className="cards">
        {own.map((one) => (
          <Row
            key={one.id}
            article={one}
            first={own[0] === one}
            last={own.at(-1) === one}
            move={(by) => step(one, by)}
          />
        ))}
      </ul>
      {own.length === 0 && <p className="quiet">{t("faq.empty")}</p>}
      {children && <ul className="faq-tree">{children}</ul>}
      {adding && <ArticleForm category={category} close={() => setAdding(false)} />}
    </li>
  );
}

export function placeOf({ category, slug, position, visibility, publish_at, unpublish_at }: FaqArticle) {
  return { category, slug, position, visibility, publish_at, unpublish_at };
}

function Row({
  article,
  first,
  last,
  move,
}: {
  article: FaqArticle;
  first: boolean;
  last: boolean;
  move(by: 1 | -1): void;
}) {
  const own = article.texts.find((text) => text.locale === article.locale) ?? article.texts[0];
  const outdated = article.texts.filter((text) => text.outdated).map((text) => text.locale);
  const title = own?.title ?? article.slug;
  return (
    <li className="card-line">
      <a className="cut-text faq-link" dir="auto" href={href("faq", article.id)}>
        {plain(title)}
      </a>
      {article.visibility !== "public" && <span className="badge">{t(`faq.for.${article.visibility}`)}</span>}
      {outdated.length > 0 && <span className="badge">{t("faq.outdated", { what: outdated.join(", ") })}</span>}
      {own && <span className={`badge is-${own.standing}`}>{t(`faq.is.${own.standing}`)}</span>}
      <Steps name={title} first={first} last={last} move={move} />
    </li>
  );
}

function Steps({ name, first, last, move }: { name: string; first: boolean; last: boolean; move(by: 1 | -1): void }) {
  return (
    <>
      <button
        type="button"
        className="tool is-small faq-up"
        aria-label={t("move.up", { name })}
        disabled={first}
        onClick={() => move(-1)}
      >
        <Icon name="down" />
      </button>
      <button
        type="button"
        className="tool is-small"
        aria-label={t("move.down", { name })}
        disabled={last}
        onClick={() => move(1)}
      >
        <Icon name="down" />
      </button>
    </>
  );
}

function ArticleForm({ category, close }: { category: FaqCategory; close(): void }) {
  const faq = useFaq();
  const [title, setTitle] = useState("");
  const [key] = useState(uuid);
  return (
    <FormDialog
      title={t("faq.add")}
      yes={t("faq.add")}
      ready={title.trim() !== ""}
      close={close}
      work={async () => {
        const made = await faq.add(category.id, null, title, t("faq.first"), key);
        go(href("faq", made.id));
      }}
    >
      <label className="field">
        <span>{t("faq.title")}</span>
        <input dir="auto" maxLength={150} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}

interface CategoryFormProps {
  category: FaqCategory | null;
  parents: FaqCategory[];
  done(): void;
  close(): void;
}

function CategoryForm({ category, parents, done, close }: CategoryFormProps) {
  const faq = useFaq();
  const admin = useAdmin();
  const [names, setNames] = useState(
    category?.names ?? { [spoken().split("-")[0] ?? "en"]: { title: "", description: "" } },
  );
  const [icon, setIcon] = useState(category?.icon ?? "");
  const [parent, setParent] = useState(category?.parent ?? "");
  const [locale, setLocale] = useState("");
  const [asking, setAsking] = useState(false);
  const [key] = useState(uuid);
  const drop = async () => {
    if (category && (await attempt(faq.dropCategory(category.id)))) {
      done();
      close();
    }
  };
  return (
    <FormDialog
      title={category ? nameOf(category.names) : t("faq.category.add")}
      yes={t("save")}
      doing={t("saving")}
      close={close}
      more={
        category && admin ? (
          <button type="button" className="button is-bad" onClick={() => setAsking(true)}>
            {t("delete")}
          </button>
        ) : null
      }
      work={async () => {
        const body = { names, icon: icon.trim() || null, parent: parent || null };
        await (category ? faq.setCategory({ ...category, ...body }) : faq.addCategory(body, key));
        done();
      }}
    >
      {Object.entries(names).map(([tag, name]) => (
        <div className="form-row" key={tag}>
          <label className="field">
            <span>
              {t("faq.title")} ({tag})
            </span>
            <input
              dir="auto"
              maxLength={80}
              value={name.title}
              onChange={(event) => setNames({ ...names, [tag]: { ...name, title: event.currentTarget.value } })}
            />
          </label>
          <label className="field">
            <span>
              {t("faq.description")} ({tag})
            </span>
            <input
              dir="auto"
              maxLength={300}
              value={name.description}
              onChange={(event) => setNames({ ...names, [tag]: { ...name, description: event.currentTarget.value } })}
            />
          </label>
        </div>
      ))}
      <div className="form-row">
        <label className="field">
          <span>{t("faq.language.add")}</span>
          <input
            placeholder="de"
            maxLength={35}
            autoCapitalize="off"
            value={locale}
            onChange={(event) => setLocale(event.currentTarget.value.toLowerCase())}
            onBlur={() => {
              if (locale && !names[locale]) setNames({ ...names, [locale]: { title: "", description: "" } });
              setLocale("");
            }}
          />
        </label>
        <label className="field">
          <span>{t("faq.icon")}</span>
          <input maxLength={8} value={icon} onChange={(event) => setIcon(event.currentTarget.value)} />
        </label>
        <label className="field">
          <span>{t("faq.within")}</span>
          <select value={parent} onChange={(event) => setParent(event.currentTarget.value)}>
            <option value="">{t("faq.top")}</option>
            {parents.map((one) => (
              <option key={one.id} value={one.id}>
                {plain(nameOf(one.names))}
              </option>
            ))}
          </select>
        </label>
      </div>
      {asking && (
        <Confirm
          title={t("faq.drop", { name: nameOf(names) })}
          yes={t("delete")}
          act={drop}
          close={() => setAsking(false)}
        >
          <p>{t("no-undo")}</p>
        </Confirm>
      )}
    </FormDialog>
  );
}
