import { type ReactNode, useEffect, useId, useRef } from "react";
import { t } from "../words";
import { Icon } from "./icon";

const FIRST = 'input:not([type="checkbox"], [type="radio"]), textarea, select, .actions button';

interface DialogProps {
  title: string;
  close(): void;
  children: ReactNode;
  /** Further classes. */
  look?: string;
}

/** A modal dialog. The browser keeps the focus in it; when it goes, the focus returns to where it was. */
export function Dialog({ title, close, children, look = "" }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    // The browser would take the first button, which is the one that closes.
    box.current?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => {
      if (before?.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape
    <dialog
      ref={box}
      className={`dialog ${look}`}
      aria-labelledby={id}
      onClose={close}
      onClick={(event) => event.target === box.current && close()}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" className="tool" aria-label={t("close")} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Asks before something that cannot be undone. */
export function Confirm({
  title,
  children,
  yes,
  act,
  close,
}: {
  title: string;
  children: ReactNode;
  yes: string;
  act(): void;
  close(): void;
}) {
  return (
    <Dialog title={title} close={close}>
      <div className="dialog-text">{children}</div>
      <div className="actions">
        <button type="button" className="button" onClick={close}>
          {t("cancel")}
        </button>
        <button
          type="button"
          className="button is-bad"
          onClick={() => {
            act();
            close();
          }}
        >
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
