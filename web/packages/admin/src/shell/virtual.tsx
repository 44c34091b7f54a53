import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

/** Rows that are rendered beyond what is seen, on each side. */
const BEYOND = 6;
/** As many are rendered until it is known how many fit: few, as the page is held up by them. */
const FIRST = 12;
/** As many are rendered where nothing can be measured. */
const BLIND = 40;

interface VirtualProps<T> {
  items: readonly T[];
  keyOf(item: T): string;
  row(item: T, index: number): ReactNode;
  label: string;
  /** Which item is to be in sight. */
  current: string | null;
  /** Whether more could be fetched, so that the whole length is not known. */
  open: boolean;
  /** The end is near. */
  near(): void;
  box: RefObject<HTMLDivElement | null>;
}

/**
 * A list of which only the rows in sight are in the page, however long it is. All rows are as high as the style sheet's `--row`.
 * Arrows, Home and End move the focus from row to row; each row's first link or button takes it.
 */
export function Virtual<T>({ items, keyOf, row, label, current, open, near, box }: VirtualProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const [[from, to], setRange] = useState([0, FIRST]);
  const [focused, setFocused] = useState(-1);
  const height = useRef(0);
  const { length } = items;

  const look = useCallback(() => {
    const outer = box.current;
    if (!outer) return;
    if (!height.current || !outer.clientHeight) return setRange((old) => (old[1] === BLIND ? old : [0, BLIND]));
    const first = Math.floor(outer.scrollTop / height.current);
    const next = [
      Math.max(0, first - BEYOND),
      first + Math.ceil(outer.clientHeight / height.current) + BEYOND,
    ] as const;
    setRange((old) => (old[0] === next[0] && old[1] === next[1] ? old : [...next]));
  }, [box]);

  useLayoutEffect(() => {
    const measure = () => {
      const probe = list.current?.firstElementChild as HTMLElement | null;
      height.current = probe?.offsetHeight ?? 0;
      look();
    };
    measure();
    if (!box.current || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box, look, length > 0]);

  useLayoutEffect(() => {
    list.current?.style.setProperty("--rows", String(length));
    look();
  }, [length, look]);

  useEffect(() => {
    if (open && to >= length) near();
  }, [open, to, length, near]);

  const at = current === null ? -1 : items.findIndex((item) => keyOf(item) === current);
  // Only when another one is chosen: what moves up because somebody wrote must not drag the list along.
  useLayoutEffect(() => {
    if (at >= 0) show(box.current, at, height.current);
  }, [current]);

  const pressed = (event: KeyboardEvent) => {
    const target = (event.target as HTMLElement).closest<HTMLElement>("li[data-at]");
    if (!target || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = Number(target.dataset.at);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: length - 1 }[event.key];
    if (next === undefined || next < 0 || next >= length) return;
    event.preventDefault();
    setFocused(next);
    show(box.current, next, height.current);
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`li[data-at="${next}"] :is(a, button)`)?.focus({ preventScroll: true });
    });
  };

  const rendered = new Set<number>();
  for (let index = from; index < Math.min(to, length); index += 1) rendered.add(index);
  // What has the focus stays in the page, or the focus would be lost.
  if (focused >= 0 && focused < length) rendered.add(focused);
  if (at >= 0) rendered.add(at);
  if (length > 0) rendered.add(0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows take the keys, here is where they are heard
    <div className="virtual" ref={box} onScroll={look} onKeyDown={pressed}>
      <ul ref={list} aria-label={label}>
        {[...rendered]
          .sort((a, b) => a - b)
          .map((index) => {
            const item = items[index] as T;
            return (
              <li
                key={keyOf(item)}
                data-at={index}
                aria-setsize={open ? -1 : length}
                aria-posinset={index + 1}
                ref={(element) => element?.style.setProperty("--at", String(index))}
                onFocus={() => setFocused(index)}
              >
                {row(item, index)}
              </li>
            );
          })}
      </ul>
    </div>
  );
}

function show(outer: HTMLElement | null, at: number, height: number): void {
  if (!outer || !height) return;
  const top = at * height;
  if (top < outer.scrollTop) outer.scrollTop = top;
  else if (top + height > outer.scrollTop + outer.clientHeight) outer.scrollTop = top + height - outer.clientHeight;
}
