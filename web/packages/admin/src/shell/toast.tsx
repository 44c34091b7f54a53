import { useSyncExternalStore } from "react";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { Icon } from "./icon";

interface Toast {
  id: number;
  text: string;
  bad: boolean;
  undo?: () => void;
}

/** How long a toast stays, in ms. What went wrong stays until it is dismissed. */
const STAYS = 6_000;
const MOST = 3;

const listeners = new Set<() => void>();
let shown: readonly Toast[] = [];
let count = 0;

/** Tells something at the edge of the screen, and offers to take it back. */
export function toast(text: string, undo?: () => void): void {
  const id = add({ text, bad: false, ...(undo && { undo }) });
  setTimeout(() => drop(id), STAYS);
}

/** Tells what went wrong. */
toast.failed = (error: unknown): void => void add({ text: trouble(error), bad: true });
/** Tells that something cannot be done. */
toast.bad = (text: string): void => void add({ text, bad: true });
toast.clear = (): void => set([]);

function add(toast: Omit<Toast, "id">): number {
  count += 1;
  const others = shown.filter((other) => other.text !== toast.text);
  set([...others, { ...toast, id: count }].slice(-MOST));
  return count;
}

function drop(id: number): void {
  if (shown.some((one) => one.id === id)) set(shown.filter((one) => one.id !== id));
}

function set(next: readonly Toast[]): void {
  shown = next;
  for (const listener of [...listeners]) listener();
}

/** Where they show. The live regions are always there: one that comes with its text is not read. */
export function Toasts() {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div className="toasts">
      <div role="alert">{all.filter((one) => one.bad).map(Item)}</div>
      <div role="status">{all.filter((one) => !one.bad).map(Item)}</div>
    </div>
  );
}

function Item({ id, text, bad, undo }: Toast) {
  return (
    <p key={id} className={bad ? "toast is-bad" : "toast"}>
      <span>{text}</span>
      {undo && (
        <button
          type="button"
          onClick={() => {
            drop(id);
            undo();
          }}
        >
          {t("undo")}
        </button>
      )}
      <button type="button" className="toast-close" aria-label={t("dismiss")} onClick={() => drop(id)}>
        <Icon name="close" />
      </button>
    </p>
  );
}
