import { useConnection, useEngage } from "@engage/react";
import { Suspense, useEffect, useRef, useState } from "react";
import { t } from "../words";
import { Broken } from "./broken";
import { ConnectionBar } from "./connection";
import { useCommands, useKeys } from "./keys";
import { later } from "./later";
import { Nav } from "./nav";
import { notify } from "./notify";
import { go, href, useRoute } from "./route";
import { screenAt } from "./systems";
import { Toasts } from "./toast";
import { useAdmin, useMe, useSelect } from "./use";

const Palette = later(() => import("./palette"));
const Help = later(() => import("./help"));

/** The panel: navigation, and the screen that the address names. */
export function App() {
  const { client } = useEngage();
  const { state, reason } = useConnection();
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  const shut = () => setOpen(null);
  useKeys();
  useCommands({
    palette: () => setOpen("palette"),
    help: () => setOpen("help"),
    home: () => go(href("mine")),
    inbox: () => go(href("inbox")),
    tickets: () => go(href("tickets")),
    board: () => go(href("board")),
    people: () => go(href("people")),
    settings: () => go(href("settings")),
  });
  useEffect(() => notify(client), [client]);

  if (state === "denied" || (state === "closed" && reason === "forbidden")) {
    return (
      <main className="wall">
        <h1>{t("denied.title")}</h1>
        <p>{t("denied.text")}</p>
        <button type="button" className="button" onClick={client.reconnect}>
          {t("again")}
        </button>
      </main>
    );
  }
  return (
    <>
      <Screen palette={() => setOpen("palette")} help={() => setOpen("help")} />
      <Toasts />
      <Suspense fallback={null}>
        {open === "palette" && <Palette close={shut} help={() => setOpen("help")} />}
        {open === "help" && <Help close={shut} />}
      </Suspense>
    </>
  );
}

function Screen({ palette, help }: { palette(): void; help(): void }) {
  const route = useRoute();
  const admin = useAdmin();
  const known = useMe() !== null;
  const screen = screenAt(route.screen);
  const shown = screen && (admin || !screen.admin) ? screen : null;
  useTitle(shown ? t(shown.name) : "");
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(shown?.key);
  // Whoever hears the page is taken along to the new screen.
  useEffect(() => {
    if (before.current !== shown?.key) place.current?.focus({ preventScroll: true });
    before.current = shown?.key;
  }, [shown?.key]);
  return (
    <div className="app">
      <button type="button" className="skip" onClick={() => place.current?.focus()}>
        {t("skip")}
      </button>
      <Nav screen={shown?.key} palette={palette} help={help} />
      <div className="place" ref={place} tabIndex={-1}>
        <ConnectionBar />
        <Broken key={shown?.key}>
          <Suspense fallback={<main className="empty quiet">{t("loading")}</main>}>
            {shown ? <shown.view /> : known && <Nowhere />}
          </Suspense>
        </Broken>
      </div>
    </div>
  );
}

function Nowhere() {
  return (
    <main className="empty">
      <h2>{t("nowhere.title")}</h2>
      <p className="quiet">{t("nowhere.text")}</p>
      <a className="button" href={href("inbox")}>
        {t("nav.inbox")}
      </a>
    </main>
  );
}

/** The number of unread messages stands in the title, so that it is seen from another tab. */
function useTitle(screen: string): void {
  const site = useSelect((state) => state.site?.name);
  const unread = useSelect((state) =>
    state.inbox.items.reduce((sum, item) => sum + (item.unread || (item.marked_unread ? 1 : 0)), 0),
  );
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${[screen, site].filter(Boolean).join(" · ")}`;
  }, [unread, site, screen]);
}
