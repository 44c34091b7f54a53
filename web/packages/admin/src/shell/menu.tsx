import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";

export interface Choice {
  name: ReactNode;
  key: string;
  /** One of several of which one is chosen. */
  chosen?: boolean;
  /** A switch of its own: the menu stays open. */
  on?: boolean;
  /** A heading above it. */
  group?: string;
  bad?: boolean;
  act(): void;
}

interface MenuProps {
  label: string;
  children: ReactNode;
  choices: readonly Choice[];
  button?: RefObject<HTMLButtonElement | null>;
  look?: string;
  title?: string;
  /** Opens upwards. */
  up?: boolean;
  /** Hears that somebody looks. */
  opened?(): void;
}

/** A button that opens a menu: arrows move, letters find, Enter chooses, Esc closes and gives the focus back. */
export function Menu({ label, children, choices, button, look = "button", title, up = false, opened }: MenuProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const own = useRef<HTMLButtonElement>(null);
  const trigger = button ?? own;
  const list = useRef<HTMLDivElement>(null);
  const items = () => [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

  useEffect(() => {
    if (!open) return;
    const all = items();
    (all.find((item) => item.getAttribute("aria-checked") === "true") ?? all[0])?.focus();
    const outside = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !trigger.current?.contains(target)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open, trigger]);

  const leave = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to =
      { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key] ?? starting(all, at, event.key);
    if (to !== undefined && to !== -1) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    } else if (event.key === "ArrowUp") all[all.length - 1]?.focus();
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      leave();
    }
    if (event.key === "Tab") setOpen(false);
  };

  return (
    <div className={up ? "menu is-up" : "menu"}>
      <button
        ref={trigger}
        type="button"
        className={look}
        title={title}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => {
          if (!open) opened?.();
          setOpen(!open);
        }}
      >
        {children}
      </button>
      {open && (
        <div ref={list} id={id} role="menu" aria-label={label} className="choices" tabIndex={-1} onKeyDown={pressed}>
          {choices.map((choice) => (
            <Item key={choice.key} choice={choice} leave={leave} />
          ))}
        </div>
      )}
    </div>
  );
}

function Item({ choice, leave }: { choice: Choice; leave(): void }) {
  const { chosen, on } = choice;
  const role = on !== undefined ? "menuitemcheckbox" : chosen !== undefined ? "menuitemradio" : "menuitem";
  return (
    <>
      {choice.group && <span className="choices-group">{choice.group}</span>}
      <button
        type="button"
        {...(role === "menuitem" ? { role } : { role, "aria-checked": on ?? chosen })}
        className={choice.bad ? "is-bad" : undefined}
        tabIndex={-1}
        onClick={() => {
          if (on === undefined) leave();
          choice.act();
        }}
      >
        {choice.name}
      </button>
    </>
  );
}

/** The next item whose name begins with `key`. */
function starting(all: HTMLElement[], at: number, key: string): number | undefined {
  if (key.length !== 1) return undefined;
  const letter = key.toLowerCase();
  const order = all.map((_, index) => (at + 1 + index) % all.length);
  return order.find((index) => all[index]?.textContent?.trim().toLowerCase().startsWith(letter));
}
