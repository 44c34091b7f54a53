import { type ComponentType, Suspense } from "react";
import { later } from "../shell/later";
import { href, useRoute } from "../shell/route";
import { type Key, t } from "../words";
import Outgoing from "./outgoing";

interface PartProps {
  /** What of the part: the rest of the path. */
  id: string | null;
}

const PARTS: readonly { key: string; name: Key; view: ComponentType<PartProps> }[] = [
  { key: "out", name: "mail.out", view: Outgoing },
  { key: "in", name: "mail.in", view: later(() => import("./incoming")) },
  { key: "suppressed", name: "mail.suppressed", view: later(() => import("./suppressed")) },
  { key: "templates", name: "mail.templates", view: later(() => import("./templates")) },
  { key: "settings", name: "mail.settings", view: later(() => import("./settings")) },
];

/** What became of mails, what came in, who gets none, what they say, and how they are sent. */
export default function Mail() {
  const { id } = useRoute();
  const [key, ...rest] = (id ?? "").split("/");
  const part = PARTS.find((one) => one.key === key) ?? PARTS[0];
  return (
    <main className="page mail" aria-labelledby="mail-title">
      <header className="page-head">
        <h2 id="mail-title">{t("nav.mail")}</h2>
        <nav className="page-tabs" aria-label={t("nav.mail")}>
          {PARTS.map((one) => (
            <a key={one.key} href={href("mail", one.key)} aria-current={one === part ? "page" : undefined}>
              {t(one.name)}
            </a>
          ))}
        </nav>
      </header>
      <Suspense fallback={<p className="quiet">{t("loading")}</p>}>
        {part && <part.view id={rest.join("/") || null} />}
      </Suspense>
    </main>
  );
}
