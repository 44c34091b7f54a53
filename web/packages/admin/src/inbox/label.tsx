import { useState } from "react";
import { FormDialog } from "../shell/form";
import { useKnown } from "../shell/known";
import { t } from "../words";

/** Asks for a label to put on. */
export function LabelDialog({ add, close }: { add(label: string): void; close(): void }) {
  const [label, setLabel] = useState("");
  const { labels } = useKnown();
  const wanted = label.trim();
  return (
    <FormDialog
      title={t("do.label")}
      yes={t("label.add")}
      ready={wanted !== ""}
      close={close}
      work={async () => add(wanted)}
    >
      <label className="field">
        <span>{t("label.name")}</span>
        <input
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
    </FormDialog>
  );
}
