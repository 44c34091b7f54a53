import { Suspense } from "react";
import { later } from "../shell/later";
import { href, useRoute } from "../shell/route";
import { type Key, t } from "../words";
import Submissions from "./submissions";

const Builder = later(() => import("./builder"));

const PARTS: readonly { key: string; name: Key }[] = [
  { key: "inbox", name: "sent.inbox" },
  { key: "quarantine", name: "sent.quarantine" },
  { key: "done", name: "sent.done" },
  { key: "spam", name: "sent.spam" },
  { key: "forms", name: "form.all" },
];

/** What was sent by forms, and the forms themselves. */
export default function Forms() {
  const { id } = useRoute();
  const part = PARTS.find((one) => one.key === id)?.key ?? "inbox";
  return (
    <main className="page" aria-labelledby="forms-title">
      <header className="page-head">
        <h2 id="forms-title">{t("nav.forms")}</h2>
        <nav className="page-tabs" aria-label={t("nav.forms")}>
          {PARTS.map((one) => (
            <a key={one.key} href={href("forms", one.key)} aria-current={one.key === part ? "page" : undefined}>
              {t(one.name)}
            </a>
          ))}
        </nav>
      </header>
      {part === "forms" ? (
        <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
          <Builder />
        </Suspense>
      ) : (
        <Submissions key={part} state={part as "inbox"} />
      )}
    </main>
  );
}
