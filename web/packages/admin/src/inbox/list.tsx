import type { Conversation } from "@engage/client";
import { useEngage } from "@engage/react";
import type { RefObject } from "react";
import { type Picking, useListKeys } from "../list/pick";
import { go, href } from "../shell/route";
import { useMe, useNow, useSelect } from "../shell/use";
import { Virtual } from "../shell/virtual";
import { t } from "../words";
import { Row } from "./row";

interface ListProps extends Pick<Picking, "picked" | "pick"> {
  selected: string | null;
  box: RefObject<HTMLDivElement | null>;
}

/** The conversations that fit the filter, live, of which only those in sight are in the page. */
export function List({ selected, picked, pick, box }: ListProps) {
  const { client } = useEngage();
  const inbox = useSelect((state) => state.inbox);
  const me = useMe()?.id;
  const now = useNow(30_000);
  const { items } = inbox;
  const toggle = useListKeys({
    items,
    selected,
    open: (id) => go(href("c", id), selected !== null),
    picked,
    pick,
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
