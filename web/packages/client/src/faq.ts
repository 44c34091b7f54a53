import type { Api } from "./api";

export interface FaqName {
  title: string;
  description: string;
}

export interface FaqCategory {
  id: string;
  parent: string | null;
  slug: string;
  icon: string | null;
  position: number;
  names: Record<string, FaqName>;
  version: number;
}

export type FaqVisibility = "public" | "members" | "agents";
export type FaqStanding = "draft" | "scheduled" | "live" | "changed" | "ended";

export interface FaqText {
  locale: string;
  title: string;
  /** The newest revision. */
  head: number;
  /** The one that readers see. */
  live: number | null;
  /** The article's own language says something else by now. */
  outdated: boolean;
  standing: FaqStanding;
  updated_at: string;
}

/** Where an article stands and who sees it. */
export interface FaqPlace {
  category: string;
  slug: string;
  position: number;
  visibility: FaqVisibility;
  publish_at: string | null;
  unpublish_at: string | null;
}

export interface FaqArticle extends FaqPlace {
  id: string;
  locale: string;
  helpful: number;
  unhelpful: number;
  texts: FaqText[];
  version: number;
  updated_at: string;
}

export interface FaqRevisionLine {
  number: number;
  title: string;
  source: number;
  by: string | null;
  created_at: string;
}

export interface FaqRevision extends FaqRevisionLine {
  locale: string;
  markdown: string;
  html: string;
}

export interface FaqCount {
  words: string;
  searches: number;
  without_result: number;
  without_click: number;
  ended: number;
}

export interface FaqReport extends Omit<FaqCount, "words"> {
  suggested: number;
  deflected: number;
  words: FaqCount[];
}

export interface FaqSynonyms {
  locale: string;
  groups: string[][];
  version: number;
}

export type FaqDesk = ReturnType<typeof createFaqDesk>;

/** What staff do in the help centre. Every one may throw an `ApiError`. */
export function createFaqDesk({ call }: Pick<Api, "call">) {
  const article = (id: string, rest = "") => `/v1/faq/articles/${encodeURIComponent(id)}${rest}`;
  const text = (id: string, locale: string, rest = "") => article(id, `/texts/${encodeURIComponent(locale)}${rest}`);
  return {
    categories: () => call<{ categories: FaqCategory[] }>("GET", "/v1/faq/categories"),
    addCategory: (category: Omit<FaqCategory, "id" | "version" | "slug" | "position">, key: string) =>
      call<FaqCategory>("POST", "/v1/faq/categories", { ...category, slug: null, position: null }, key),
    setCategory: ({ id, version, ...category }: FaqCategory) =>
      call<FaqCategory>("PUT", `/v1/faq/categories/${encodeURIComponent(id)}`, {
        ...category,
        expected_version: version,
      }),
    dropCategory: (id: string) => call<void>("DELETE", `/v1/faq/categories/${encodeURIComponent(id)}`),
    articles: (category: string | null, after: string | null = null) => {
      const query = new URLSearchParams({ limit: "200", ...(category && { category }), ...(after && { after }) });
      return call<{ articles: FaqArticle[]; next: string | null }>("GET", `/v1/faq/articles?${query}`);
    },
    article: (id: string) => call<FaqArticle>("GET", article(id)),
    add: (category: string, locale: string | null, title: string, markdown: string, key: string) =>
      call<FaqArticle>(
        "POST",
        "/v1/faq/articles",
        { category, locale, title, markdown, slug: null, visibility: "public" },
        key,
      ),
    place: (id: string, place: FaqPlace, expected_version: number) =>
      call<FaqArticle>("PUT", article(id), { ...place, expected_version }),
    drop: (id: string) => call<void>("DELETE", article(id)),
    save: (
      id: string,
      locale: string,
      draft: { title: string; markdown: string; source: number | null },
      expected_revision: number,
    ) => call<FaqRevision>("PUT", text(id, locale), { ...draft, expected_revision }),
    live: (id: string, locale: string, revision: number | null) =>
      call<FaqArticle>("PUT", text(id, locale, "/live"), { revision }),
    revisions: (id: string, locale: string, before: number | null = null) =>
      call<{ revisions: FaqRevisionLine[] }>(
        "GET",
        text(id, locale, `/revisions?limit=50${before ? `&before=${before}` : ""}`),
      ),
    revision: (id: string, locale: string, number: number) =>
      call<FaqRevision>("GET", text(id, locale, `/revisions/${number}`)),
    comments: (id: string, before: string | null = null) =>
      call<{ comments: { helpful: boolean; comment: string; at: string }[]; next: string | null }>(
        "GET",
        article(id, `/comments${before ? `?before=${encodeURIComponent(before)}` : ""}`),
      ),
    preview: (markdown: string) => call<{ html: string }>("POST", "/v1/faq/preview", { markdown }),
    synonyms: (locale: string) => call<FaqSynonyms>("GET", `/v1/faq/synonyms/${encodeURIComponent(locale)}`),
    setSynonyms: (locale: string, groups: string[][], expected_version: number) =>
      call<FaqSynonyms>("PUT", `/v1/faq/synonyms/${encodeURIComponent(locale)}`, { groups, expected_version }),
    report: (days: number, order: "popular" | "gaps") =>
      call<FaqReport>("GET", `/v1/faq/report?days=${days}&order=${order}&limit=50`),
  };
}
