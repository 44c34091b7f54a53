import type { FaqArticle, FaqRevision, FaqText } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { useLoad } from "../shell/use";
import { Versions } from "../versions/dialog";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { useFaq } from "./use";

interface RevisionsProps {
  article: FaqArticle;
  text: FaqText;
  /** Takes an older text into the editor, where it is saved as the next revision. */
  use(revision: FaqRevision): void;
  close(): void;
}

/** The revisions of an article in one language. */
export function Revisions({ article, text, use, close }: RevisionsProps) {
  const faq = useFaq();
  const [number, setNumber] = useState(Math.max(1, text.head - 1));
  const [oldest, setOldest] = useState<number | null>(null);
  const lines = useLoad(`faq ${article.id} ${text.locale} past ${oldest ?? ""}`, () =>
    faq.revisions(article.id, text.locale, oldest),
  );
  const one = (which: number) => faq.revision(article.id, text.locale, which);
  const past = useLoad(`faq ${article.id} ${text.locale} ${number}`, () => one(number));
  const now = useLoad(`faq ${article.id} ${text.locale} ${text.head}`, () => one(text.head));
  const listed = lines.data?.revisions ?? [];
  const last = listed.at(-1)?.number ?? 1;
  const problem = lines.error ?? past.error ?? now.error;
  const { data } = past;
  return (
    <Versions
      all={listed.map((line) => ({
        number: line.number,
        name: `${line.number} · ${full(line.created_at)}${line.by ? ` · ${plain(line.by)}` : ""}`,
        badge: line.number === text.live && <span className="badge is-live">{t("faq.is.live")}</span>,
      }))}
      chosen={number}
      choose={setNumber}
      more={last > 1 ? () => setOldest(last) : undefined}
      label={t("faq.diff", { n: number })}
      past={whole(data)}
      now={whole(now.data)}
      waiting={problem ? trouble(problem) : t("loading")}
      revert={data && number !== text.head ? () => use(data) : null}
      close={close}
    />
  );
}

function whole(revision: FaqRevision | null): string | null {
  return revision && `${revision.title}\n\n${revision.markdown}`;
}
