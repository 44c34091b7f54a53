import { type ComponentType, Suspense } from "react";
import { later } from "../shell/later";
import { href, useRoute } from "../shell/route";
import { useDesk, useLoad } from "../shell/use";
import { type Key, t } from "../words";
import { trouble } from "../words/trouble";
import { Fields } from "./fields";
import { General, Welcome } from "./general";
import { SettingsProvider } from "./settings";

interface Part {
  key: string;
  name: Key;
  view: ComponentType;
}

const CHAT: readonly Part[] = [
  { key: "chat", name: "settings.chat", view: General },
  { key: "welcome", name: "settings.welcome", view: Welcome },
  { key: "look", name: "settings.look", view: later(() => import("../look/screen")) },
  { key: "fields", name: "settings.fields", view: Fields },
  { key: "hours", name: "settings.hours", view: later(() => import("./hours")) },
  { key: "teams", name: "settings.teams", view: later(() => import("./teams")) },
  { key: "agents", name: "settings.agents", view: later(() => import("./agents")) },
  { key: "canned", name: "settings.canned", view: later(() => import("./canned")) },
];
const TICKETS: readonly Part[] = [
  { key: "tickets", name: "settings.tickets", view: later(() => import("../rules/desk")) },
  { key: "rules", name: "rule.title", view: later(() => import("../rules/rules")) },
  { key: "macros", name: "macro.title", view: later(() => import("../rules/macros")) },
  { key: "deadlines", name: "sla.title", view: later(() => import("../rules/deadlines")) },
];
const GROUPS: readonly { name: Key; parts: readonly Part[] }[] = [
  { name: "settings.of-chat", parts: CHAT },
  { name: "nav.tickets", parts: TICKETS },
];
const PARTS = GROUPS.flatMap((group) => group.parts);

/** What the site has set for its chat and its tickets. Everybody of the staff may read it, admins change it. */
export default function Settings() {
  const desk = useDesk();
  const { id } = useRoute();
  const all = useLoad("settings", () => desk.settings(), 20_000);
  const part = PARTS.find((one) => one.key === id) ?? PARTS[0];
  return (
    <main className="page settings" aria-labelledby="settings-title">
      <header className="page-head">
        <h2 id="settings-title">{t("nav.settings")}</h2>
        <nav className="page-tabs" aria-label={t("nav.settings")}>
          {GROUPS.map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields
            <div key={group.name} role="group" aria-label={t(group.name)}>
              <span className="page-tabs-name" aria-hidden="true">
                {t(group.name)}
              </span>
              {group.parts.map((one) => (
                <a key={one.key} href={href("settings", one.key)} aria-current={one === part ? "page" : undefined}>
                  {t(one.name)}
                </a>
              ))}
            </div>
          ))}
        </nav>
      </header>
      <SettingsProvider value={all}>
        {all.data ? (
          <Suspense fallback={<p className="quiet">{t("loading")}</p>}>{part && <part.view />}</Suspense>
        ) : (
          <p className="quiet">{all.error ? trouble(all.error) : t("loading")}</p>
        )}
      </SettingsProvider>
    </main>
  );
}
