import { Suspense } from "react";
import { later } from "../shell/later";
import { href, useRoute } from "../shell/route";
import { type Key, t } from "../words";
import { Tree } from "./tree";

const Article = later(() => import("./article"));
const Report = later(() => import("./report"));
const Synonyms = later(() => import("./synonyms"));

const TABS: readonly { key: string; name: Key }[] = [
  { key: "", name: "faq.articles" },
  { key: "report", name: "faq.report" },
  { key: "synonyms", name: "faq.synonyms" },
];

/** The help centre: what stands in it, what was searched for, and what means the same. */
export default function HelpCentre() {
  const { id } = useRoute();
  const tab = TABS.find((one) => one.key === (id ?? "")) ?? null;
  return (
    <main className="page faq" aria-labelledby="faq-title">
      <header className="page-head">
        <h2 id="faq-title">{t("nav.faq")}</h2>
        <nav className="page-tabs" aria-label={t("nav.faq")}>
          {TABS.map((one) => (
            <a key={one.key} href={href("faq", one.key)} aria-current={one === tab ? "page" : undefined}>
              {t(one.name)}
            </a>
          ))}
        </nav>
      </header>
      <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
        {tab?.key === "report" ? (
          <Report />
        ) : tab?.key === "synonyms" ? (
          <Synonyms />
        ) : id ? (
          <Article key={id} id={id} />
        ) : (
          <Tree />
        )}
      </Suspense>
    </main>
  );
}
