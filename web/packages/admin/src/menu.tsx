import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";

export interface Choice {
  name: ReactNode;
  key: string;
  chosen?: boolean;
  act(): void;
}

interface MenuProps {
  label: string;
  children: ReactNode;
  choices: readonly Choice[];
  button?: RefObject<HTMLButtonElement | null>;
}

/** A button that opens a menu: arrows move, Enter chooses, Esc closes and gives the focus back. */
export function Menu({ label, children, choices, button }: MenuProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const own = useRef<HTMLButtonElement>(null);
  const trigger = button ?? own;
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const items = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
    const outside = (event: PointerEvent) => {
      if (!list.current?.contains(event.target as Node) && !trigger.current?.contains(event.target as Node))
        setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open, trigger]);

  const leave = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length]?.focus();
    }
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
    }
    if (event.key === "Tab") setOpen(false);
  };

  return (
    <div className="menu">
      <button
        ref={trigger}
        type="button"
        className="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open && (
        <div ref={list} id={id} role="menu" aria-label={label} className="choices" onKeyDown={pressed}>
          {choices.map((choice) => (
            <button
              key={choice.key}
              type="button"
              {...(choice.chosen === undefined
                ? { role: "menuitem" }
                : { role: "menuitemradio", "aria-checked": choice.chosen })}
              tabIndex={-1}
              onClick={() => {
                leave();
                choice.act();
              }}
            >
              {choice.name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
