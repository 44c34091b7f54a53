import { useEngage } from "@engage/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { usePicked } from "../list/pick";
import { useCommands } from "../shell/keys";
import { setPref } from "../shell/prefs";
import { go, href, useRoute } from "../shell/route";
import { useSelect } from "../shell/use";
import { Talk } from "../talk/talk";
import { t } from "../words";
import { Bulk } from "./bulk";
import { filterLink, filterOf, sameFilter } from "./filter";
import { InboxHead } from "./head";
import { List } from "./list";
import { Search } from "./search";

/** Inbox and conversation side by side; on a phone one at a time. */
export default function Inbox() {
  const { client } = useEngage();
  const route = useRoute();
  const items = useSelect((state) => state.inbox.items);
  const filter = useSelect((state) => state.inbox.filter);
  const { picked, pick, clear } = usePicked(items);
  const [text, setText] = useState(route.query.get("q") ?? "");
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const selected = route.screen === "c" ? route.id : null;

  // The address says which conversations are listed; one that names a conversation leaves the list as it is.
  useEffect(() => {
    if (route.screen !== "inbox") return;
    const wanted = filterOf(route.query);
    const sought = route.query.get("q");
    if (sought) return setText(sought);
    setText("");
    if (sameFilter(wanted, client.getSnapshot().inbox.filter)) return;
    clear();
    setPref("inbox", filterLink(wanted).split("?")[1] ?? "");
    client.list(wanted);
  }, [client, route, clear]);

  const back = useCallback(() => {
    if (route.query.get("from") === "mine") return go(href("mine"));
    go(filterLink(client.getSnapshot().inbox.filter));
    // On a phone the list has only just come back.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[aria-current] , .row-link")?.focus());
  }, [client, route]);
  useCommands({
    search: () => field.current?.focus(),
    ...(selected && { back }),
  });

  return (
    <div className={selected ? "columns has-selection" : "columns"}>
      <section
        className={picked.size > 0 ? "inbox has-picked" : "inbox"}
        role={selected ? undefined : "main"}
        aria-label={t("list.label")}
      >
        <InboxHead text={text} search={setText} field={field} />
        {picked.size > 0 && <Bulk picked={picked} all={items.map((item) => item.id)} pick={pick} />}
        {text.trim() ? (
          <Search text={text} selected={selected} />
        ) : (
          <List key={filterLink(filter)} selected={selected} picked={picked} pick={pick} box={box} />
        )}
      </section>
      {selected ? (
        <Talk key={selected} id={selected} watch={route.query.has("watch")} back={back} />
      ) : (
        <section className="empty" aria-label={t("log.label")}>
          <p>{t("choose")}</p>
          <p className="quiet">
            <kbd>?</kbd> {t("choose.keys")}
          </p>
        </section>
      )}
    </div>
  );
}
