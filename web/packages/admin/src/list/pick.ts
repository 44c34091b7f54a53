import { useCallback, useRef, useState } from "react";
import { useCommands } from "../shell/keys";

export interface Picking {
  picked: ReadonlySet<string>;
  pick(ids: readonly string[], on: boolean): void;
  clear(): void;
}

interface Named {
  id: string;
}

const NOTHING: ReadonlySet<string> = new Set();

/** What is picked of a list in which items come and go: what has left it is no longer picked. */
export function usePicked(items: readonly Named[]): Picking {
  const [kept, setKept] = useState(NOTHING);
  const pick = useCallback((ids: readonly string[], on: boolean) => {
    setKept((old) => {
      const next = new Set(old);
      for (const id of ids) on ? next.add(id) : next.delete(id);
      return next;
    });
  }, []);
  const clear = useCallback(() => setKept(NOTHING), []);
  const picked = kept.size === 0 ? kept : new Set(items.filter(({ id }) => kept.has(id)).map(({ id }) => id));
  return { picked, pick, clear };
}

interface ListKeys extends Pick<Picking, "picked" | "pick"> {
  items: readonly Named[];
  /** Which of the items is open. */
  selected: string | null;
  open(id: string): void;
}

/**
 * The keys of a list: to the next and the previous item, and to pick the one that has the focus, or is open. What is given back
 * picks one, or by Shift all from the last one to it.
 */
export function useListKeys({ items, selected, open, picked, pick }: ListKeys): (id: string, range: boolean) => void {
  const last = useRef<string | null>(null);
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
  const move = (by: number) => {
    const at = items.findIndex((item) => item.id === selected);
    const next = items[at < 0 ? 0 : at + by];
    if (next) open(next.id);
  };
  useCommands({
    next: () => move(1),
    previous: () => move(-1),
    pick: () => {
      const focused = document.activeElement?.closest<HTMLElement>("li[data-at]")?.dataset.at;
      const id = focused === undefined ? selected : items[Number(focused)]?.id;
      if (id) toggle(id, false);
    },
  });
  return toggle;
}
