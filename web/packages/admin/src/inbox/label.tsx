import { useState } from "react";
import { Dialog } from "../shell/dialog";
import { t } from "../words";
import { useKnown } from "./head";

/** Asks for a label to put on. */
export function LabelDialog({ add, close }: { add(label: string): void; close(): void }) {
  const [label, setLabel] = useState("");
  const { labels } = useKnown();
  return (
    <Dialog title={t("do.label")} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!label.trim()) return;
          add(label.trim());
          close();
        }}
      >
        <label className="field">
          <span>{t("label.name")}</span>
          <input
            autoFocus
            dir="auto"
            maxLength={50}
            list="label-known"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
        </label>
        <datalist id="label-known">
          {labels.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" className="button is-chief">
            {t("label.add")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
