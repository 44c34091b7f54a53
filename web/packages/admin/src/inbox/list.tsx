import type { Conversation } from "@engage/client";
import { useEngage } from "@engage/react";
import { type RefObject, useCallback, useRef } from "react";
import { useCommands } from "../shell/keys";
import { go, href } from "../shell/route";
import { useMe, useNow, useSelect } from "../shell/use";
import { Virtual } from "../shell/virtual";
import { t } from "../words";
import { Row } from "./row";

interface ListProps {
  selected: string | null;
  picked: ReadonlySet<string>;
  pick(ids: readonly string[], on: boolean): void;
  box: RefObject<HTMLDivElement | null>;
}

/** The conversations that fit the filter, live, of which only those in sight are in the page. */
export function List({ selected, picked, pick, box }: ListProps) {
  const { client } = useEngage();
  const inbox = useSelect((state) => state.inbox);
  const me = useMe()?.id;
  const now = useNow(30_000);
  const last = useRef<string | null>(null);
  const { items } = inbox;

  const move = (by: number) => {
    const at = items.findIndex((item) => item.id === selected);
    const next = items[at < 0 ? 0 : at + by];
    if (next) go(href("c", next.id), selected !== null);
  };
  const current = useRef({ items, picked });
  current.current = { items, picked };
  const toggle = useCallback(
    (id: string, range: boolean) => {
      const { items, picked } = current.current;
      const at = items.findIndex((item) => item.id === id);
      const from = range ? items.findIndex((item) => item.id === last.current) : -1;
      const ids = from < 0 ? [id] : items.slice(Math.min(at, from), Math.max(at, from) + 1).map((item) => item.id);
      last.current = id;
      pick(ids, !picked.has(id));
    },
    [pick],
  );
  useCommands({
    next: () => move(1),
    previous: () => move(-1),
    pick: () => {
      const focused = document.activeElement?.closest<HTMLElement>("li[data-at]")?.dataset.at;
      const id = focused === undefined ? selected : items[Number(focused)]?.id;
      if (id) toggle(id, false);
    },
  });

  const loading = inbox.data !== "ready" && items.length === 0;
  if (loading) {
    return (
      <div className="hint quiet" role="status">
        {inbox.attempts > 0 ? t("list.failed") : <Bones />}
      </div>
    );
  }
  if (items.length === 0) {
    return (
      <div className="hint">
        <p>{t("list.empty")}</p>
        <p className="quiet">{t("list.empty.more")}</p>
      </div>
    );
  }
  return (
    <Virtual<Conversation>
      items={items}
      keyOf={idOf}
      label={t("list.label")}
      current={selected}
      open={inbox.next !== null}
      near={client.more}
      box={box}
      row={(item) => (
        <Row
          item={item}
          me={me}
          selected={item.id === selected}
          picked={picked.has(item.id)}
          minute={item.unanswered_since ? now : 0}
          pick={toggle}
        />
      )}
    />
  );
}

function idOf(item: Conversation): string {
  return item.id;
}

/** What stands there until the list is known. */
function Bones() {
  return (
    <>
      <span className="aside">{t("loading")}</span>
      {[0, 1, 2, 3, 4].map((index) => (
        <div key={index} className="bones" />
      ))}
    </>
  );
}
