import type { Api } from "./api";

/** Text with where the words stand that were searched for, in Unicode scalar values. */
export interface Marked {
  text: string;
  ranges: [number, number][];
}

export interface HelpHit {
  id: string;
  category: string;
  slug: string;
  locale: string;
  title: Marked;
  excerpt: Marked;
}

export interface HelpCategory {
  id: string;
  parent: string | null;
  slug: string;
  icon: string | null;
  title: string;
  description: string;
}

export interface HelpArticle {
  id: string;
  category: string;
  slug: string;
  locale: string;
  title: string;
}

export interface HelpShelf {
  categories: HelpCategory[];
  /** The first 500. */
  articles: HelpArticle[];
  /** Whether there are no more. */
  complete: boolean;
}

export interface HelpVote {
  helpful: boolean;
  comment: string | null;
}

export interface HelpPage extends HelpArticle {
  locales: string[];
  /** Safe to show: the server lets through only what is on its list. */
  html: string;
  updated_at: string;
  vote: HelpVote | null;
}

export type HelpSource = "help" | "widget" | "chat" | "contact" | "ticket";

export type Help = ReturnType<typeof createHelp>;

/** What readers ask of the help centre, in `locale` where they can. Every one may throw an `ApiError`. */
export function createHelp({ call, openSession }: Pick<Api, "call" | "openSession">, locale: string | null = null) {
  const at = (path: string, query: Record<string, string> = {}) =>
    `/v1/help${path}?${new URLSearchParams({ ...query, ...(locale && { locale }) })}`;
  return {
    shelf: () => call<HelpShelf>("GET", at("")),
    search: (query: string, limit = 10) =>
      call<{ hits: HelpHit[]; partial: boolean }>("GET", at("/search", { query, limit: String(limit) })),
    page: (slug: string) => call<HelpPage>("GET", at(`/articles/${encodeURIComponent(slug)}`)),
    /** Who votes has a session from then on. */
    vote: async (slug: string, vote: HelpVote) => {
      await openSession();
      return call<HelpVote>("PUT", `/v1/help/articles/${encodeURIComponent(slug)}/vote`, vote);
    },
    suggest: (text: string, source: HelpSource) =>
      call<{ search: string | null; hits: HelpHit[] }>("POST", "/v1/help/suggestions", { text, locale, source }),
    /** Notes a search that has come to rest. */
    searched: (query: string, source: HelpSource) =>
      call<{ id: string; results: number }>("POST", "/v1/help/searches", { query, locale, source }),
    /** What came of it. */
    follow: (id: string, opened: string | null, ended: "conversation" | "ticket" | "contact" | null = null) =>
      call<void>("PATCH", `/v1/help/searches/${encodeURIComponent(id)}`, { opened, ended }),
  };
}
