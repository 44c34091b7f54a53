import type { FaqArticle } from "@engage/client";
import { plain } from "@engage/react";
import { More, usePaged } from "../shell/paged";
import { t } from "../words";
import { useFaq } from "./use";

/** Whether the article has helped, and what people said of it. */
export function Comments({ article }: { article: FaqArticle }) {
  const faq = useFaq();
  const found = usePaged(`faq ${article.id} comments`, "comments", (before) => faq.comments(article.id, before));
  return (
    <section className="card-form" aria-labelledby="faq-feedback">
      <h3 id="faq-feedback">{t("faq.feedback")}</h3>
      <dl className="figures">
        <div>
          <dt>{t("faq.helpful")}</dt>
          <dd>{article.helpful}</dd>
        </div>
        <div>
          <dt>{t("faq.unhelpful")}</dt>
          <dd>{article.unhelpful}</dd>
        </div>
      </dl>
      <ul className="cards">
        {found.data?.comments.map((one) => (
          <li key={one.at} className="card-line">
            <span className="badge">{one.helpful ? t("faq.helpful") : t("faq.unhelpful")}</span>
            <span className="faq-comment" dir="auto">
              {plain(one.comment)}
            </span>
          </li>
        ))}
      </ul>
      <More of={found} />
    </section>
  );
}
