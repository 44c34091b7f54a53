import { plain } from "@engage/react";
import { type ReactNode, useState } from "react";
import { FormDialog } from "../shell/form";
import { Icon } from "../shell/icon";
import { t } from "../words";

interface ChipsProps {
  /** Each by what it is, and how it is written. */
  all: readonly { key: string; name: string }[];
  drop(key: string): void;
  children: ReactNode;
}

/** Several of something, each of which can be taken off; what puts one on stands behind them. */
export function Chips({ all, drop, children }: ChipsProps) {
  return (
    <div className="labels">
      {all.map(({ key, name }) => (
        <span key={key} className="chip" dir="auto">
          {plain(name)}
          <button type="button" aria-label={t("remove", { name: plain(name) })} onClick={() => drop(key)}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      {children}
    </div>
  );
}

interface OneDialogProps {
  title: string;
  label: string;
  kind?: "text" | "email";
  most: number;
  add(text: string): unknown;
  close(): void;
}

/** Asks for one text to put on. */
export function OneDialog({ title, label, kind = "text", most, add, close }: OneDialogProps) {
  const [text, setText] = useState("");
  const wanted = text.trim();
  return (
    <FormDialog title={title} yes={t("ticket.add")} ready={wanted !== ""} close={close} work={async () => add(wanted)}>
      <label className="field">
        <span>{label}</span>
        <input
          type={kind}
          dir="auto"
          maxLength={most}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}

export function TagDialog({ add, close }: { add(tag: string): void; close(): void }) {
  return <OneDialog title={t("ticket.tag.add")} label={t("ticket.tag")} most={50} add={add} close={close} />;
}
