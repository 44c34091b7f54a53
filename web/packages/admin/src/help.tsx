import { useEffect, useRef } from "react";
import { KEYS } from "./keys";

/** The keyboard shortcuts, and the switch that turns them off. */
export function Help({ close, keys }: { close(): void; keys: { on: boolean; set(on: boolean): void } }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keyboard</h2>
      <dl>
        {KEYS.map(({ key, does }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>Send. With Shift: a new line</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Leave the text box</dd>
        </div>
      </dl>
      <label>
        <input type="checkbox" checked={keys.on} onChange={(event) => keys.set(event.currentTarget.checked)} />{" "}
        Single-key shortcuts
      </label>
      <form method="dialog">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
