import type { FaqArticle, FaqRevision, FaqText } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Dialog } from "../shell/dialog";
import { useLoad } from "../shell/use";
import { spoken, t } from "../words";
import { diff } from "./diff";
import { useFaq } from "./use";

interface VersionsProps {
  article: FaqArticle;
  text: FaqText;
  /** Takes an older text into the editor, where it is saved as the next revision. */
  use(revision: FaqRevision): void;
  close(): void;
}

/** Every revision of a text, and what has changed between it and the newest. */
export function Versions({ article, text, use, close }: VersionsProps) {
  const faq = useFaq();
  const [number, setNumber] = useState(Math.max(1, text.head - 1));
  const [oldest, setOldest] = useState<number | null>(null);
  const lines = useLoad(`faq ${article.id} ${text.locale} past ${oldest ?? ""}`, () =>
    faq.revisions(article.id, text.locale, oldest),
  );
  const one = (which: number) => faq.revision(article.id, text.locale, which);
  const past = useLoad(`faq ${article.id} ${text.locale} ${number}`, () => one(number));
  const now = useLoad(`faq ${article.id} ${text.locale} ${text.head}`, () => one(text.head));
  const when = new Intl.DateTimeFormat(spoken(), { dateStyle: "medium", timeStyle: "short" });
  const listed = lines.data?.revisions ?? [];
  const last = listed.at(-1)?.number ?? 1;
  const whole = (revision: FaqRevision) => `${revision.title}\n\n${revision.markdown}`;
  return (
    <Dialog title={t("faq.versions.title")} close={close} look="is-wide">
      <div className="faq-versions">
        <ul className="cards">
          {listed.map((line) => (
            <li key={line.number}>
              <button
                type="button"
                className="link faq-version"
                aria-pressed={line.number === number}
                onClick={() => setNumber(line.number)}
              >
                {`${line.number} · ${when.format(new Date(line.created_at))}${line.by ? ` · ${plain(line.by)}` : ""}`}
                {line.number === text.live && <span className="badge is-live">{t("faq.is.live")}</span>}
              </button>
            </li>
          ))}
          {last > 1 && (
            <li>
              <button type="button" className="link" onClick={() => setOldest(last)}>
                {t("more")}
              </button>
            </li>
          )}
        </ul>
        <section className="faq-diff" aria-label={t("faq.diff", { n: number })}>
          <h3>{t("faq.diff", { n: number })}</h3>
          {past.data && now.data ? (
            <pre dir="auto">
              {diff(whole(past.data), whole(now.data)).map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
                <Changed key={at} kind={line.kind} text={line.text} />
              ))}
            </pre>
          ) : (
            <p className="quiet">{t("loading")}</p>
          )}
          <div className="actions">
            <button
              type="button"
              className="button is-chief"
              disabled={!past.data || number === text.head}
              onClick={() => {
                if (past.data) use(past.data);
                close();
              }}
            >
              {t("faq.revert")}
            </button>
          </div>
        </section>
      </div>
    </Dialog>
  );
}

export function Changed({ kind, text }: { kind: "same" | "gone" | "new"; text: string }) {
  const shown = `${plain(text)}\n`;
  if (kind === "gone") return <del>{`− ${shown}`}</del>;
  if (kind === "new") return <ins>{`+ ${shown}`}</ins>;
  return <span>{`  ${shown}`}</span>;
}
