import { type RefObject, useRef, useState } from "react";
import { t } from "../words";
import { Icon } from "./icon";
import { attempt, type Loaded, useLoad } from "./use";

/** How many pages are fetched anew at the most when a list is looked at again. */
const AGAIN = 10;

type Page<K extends string, T> = Record<K, T[]> & { next: string | null };

export interface Paged<K extends string, T> extends Loaded<Page<K, T>> {
  /** Whether more is under way. */
  fetching: boolean;
  more(): void;
}

/**
 * A list that comes in pages, under `name` in each. Looked at again as `useLoad` does: as far as it was shown, so that nothing
 * vanishes under whoever reads it.
 */
export function usePaged<K extends string, T>(
  key: string | null,
  name: K,
  load: (after: string | null) => Promise<Page<K, T>>,
  every = 0,
): Paged<K, T> {
  const shown = useRef({ key, pages: 1 });
  if (shown.current.key !== key) shown.current = { key, pages: 1 };
  const joined = (a: Page<K, T>, b: Page<K, T>): Page<K, T> => ({ ...b, [name]: [...a[name], ...b[name]] });
  const whole = async () => {
    let all = await load(null);
    for (let page = 1; page < Math.min(shown.current.pages, AGAIN) && all.next; page += 1) {
      all = joined(all, await load(all.next));
    }
    return all;
  };
  const loaded = useLoad(key, whole, every);
  const [fetching, setFetching] = useState(false);
  const more = async () => {
    const { data } = loaded;
    if (!data?.next || fetching) return;
    const asked = shown.current;
    setFetching(true);
    const page = load(data.next);
    if ((await attempt(page)) && shown.current === asked) {
      asked.pages += 1;
      loaded.set(joined(data, await page));
    }
    setFetching(false);
  };
  return { ...loaded, fetching, more: () => void more() };
}

/** The end of a list that goes on. */
export function More<K extends string, T>({ of }: { of: Paged<K, T> }) {
  if (!of.data?.next) return null;
  return (
    <button type="button" className="link" disabled={of.fetching} onClick={of.more}>
      {of.fetching ? t("loading") : t("more")}
    </button>
  );
}

interface SearchFieldProps {
  /** What it seeks, for who does not see it, and in it while it is empty. */
  label: string;
  hint?: string;
  most?: number;
  value: string;
  set(value: string): void;
  field?: RefObject<HTMLInputElement | null>;
  /** Escape empties it, and then does this. */
  leave?(): void;
}

/** A field to find something with. */
export function SearchField({ label, hint = label, most = 200, value, set, field, leave }: SearchFieldProps) {
  return (
    <div className="search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={hint}
        maxLength={most}
        value={value}
        onChange={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !leave) return;
          event.preventDefault();
          set("");
          leave();
        }}
      />
    </div>
  );
}
