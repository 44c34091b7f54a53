import { useState } from "react";
import { TicketViewLinks, ViewLinks } from "../inbox/views";
import { t } from "../words";
import { Icon } from "./icon";
import { Me } from "./me";
import { href } from "./route";
import { type Screen, screensOf } from "./systems";
import { useAdmin, useSelect } from "./use";

interface NavProps {
  screen: string | undefined;
  palette(): void;
  help(): void;
}

/** The navigation: a column beside the screen, or on a phone a bar below it. */
export function Nav({ screen, palette, help }: NavProps) {
  const admin = useAdmin();
  const site = useSelect((state) => state.site?.name);
  const [more, setMore] = useState(false);
  const all = screensOf(admin);
  const link = (one: Screen) => (
    <li key={one.key} className={one.seldom ? "is-seldom" : undefined}>
      <a
        className="nav-link"
        href={href(one.key)}
        title={t(one.name)}
        aria-current={one.key === screen ? "page" : undefined}
        onClick={() => setMore(false)}
      >
        <Icon name={one.icon} />
        <span className="nav-name">{t(one.name)}</span>
      </a>
      {one.key === "inbox" && <ViewLinks here={screen === "inbox"} />}
      {one.key === "tickets" && <TicketViewLinks here={screen === "tickets"} />}
    </li>
  );
  return (
    <header className={more ? "nav is-more" : "nav"}>
      <h1 className="nav-site" dir="auto">
        {site ?? t("nav.inbox")}
      </h1>
      <button type="button" className="nav-link nav-find" title={t("key.palette")} onClick={palette}>
        <Icon name="search" />
        <span className="nav-name">{t("nav.find")}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <nav aria-label={t("nav.label")}>
        <ul>{all.filter((one) => !one.apart).map(link)}</ul>
        <ul className="nav-apart" id="nav-apart">
          {all.filter((one) => one.seldom).map(link)}
          {all.filter((one) => one.apart).map(link)}
        </ul>
      </nav>
      <button
        type="button"
        className="nav-link nav-more"
        aria-expanded={more}
        aria-controls="nav-apart"
        onClick={() => setMore(!more)}
      >
        <Icon name="more" />
        <span className="nav-name">{t("nav.more")}</span>
      </button>
      <Me help={help} />
    </header>
  );
}
