import type { PageView, ServerFrame } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { useEffect, useRef } from "react";
import { isAbsent, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { ago, full } from "../words/time";

const MOST = 20;

/** The pages that the visitor was on, latest first, as they go. Nothing where the server keeps none. */
export function Pages({ conversation }: { conversation: string }) {
  const { client } = useEngage();
  const desk = useDesk();
  const { data, error, set } = useLoad(conversation, () => desk.pages(conversation));
  const pages = useRef(data?.pages ?? []);
  pages.current = data?.pages ?? [];
  useEffect(
    () =>
      client.hear((frame: ServerFrame | { type: "page"; conversation: string; page: PageView }) => {
        if (frame.type !== "page" || frame.conversation !== conversation) return;
        set({ pages: [frame.page, ...pages.current].slice(0, MOST) });
      }),
    [client, conversation, set],
  );
  if (!data || (error && isAbsent(error)) || data.pages.length === 0) return null;
  return (
    <section className="side-part" aria-labelledby="side-pages">
      <h3 id="side-pages">{t("pages")}</h3>
      <ol className="pages">
        {data.pages.map((page, index) => (
          <li key={`${page.at} ${page.url}`}>
            <Address page={page} />
            <time className="quiet" dateTime={page.at} title={full(page.at)}>
              {index === 0 ? t("pages.now", { when: ago(page.at) }) : ago(page.at)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A link only where it leads to the web: what a visitor's browser says may be anything. */
function Address({ page }: { page: PageView }) {
  const title = plain(page.title) || plain(page.url);
  if (!/^https?:\/\//.test(page.url)) return <span dir="auto">{title}</span>;
  return (
    <a href={page.url} title={plain(page.url)} target="_blank" rel="noopener noreferrer nofollow" dir="auto">
      {title}
    </a>
  );
}
