import type { ReactNode } from "react";
import { t } from "../words";
import { trouble } from "../words/trouble";

interface ChooseProps<T> {
  /** What the field asks for, and what was typed. */
  label: string;
  text: string;
  setText(text: string): void;
  /** What is chosen from. */
  legend: string;
  /** Null: not known yet. */
  found: readonly T[] | null;
  error?: unknown;
  none: string | null;
  chosen: T | null;
  choose(one: T): void;
  show(one: T): ReactNode;
}

/** Finds one of many by what is typed, and chooses it. */
export function Choose<T extends { id: string }>(props: ChooseProps<T>) {
  const { label, text, setText, legend, found, error, none, chosen, choose, show } = props;
  return (
    <>
      <label className="field">
        <span>{label}</span>
        <input
          type="search"
          dir="auto"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <fieldset className="options">
        <legend className="aside">{legend}</legend>
        {found?.map((one) => (
          <label key={one.id} className="option">
            <input type="radio" name="chosen" checked={chosen?.id === one.id} onChange={() => choose(one)} />
            {show(one)}
          </label>
        ))}
        {none && found?.length === 0 && <p className="quiet">{none}</p>}
        {!found && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      </fieldset>
    </>
  );
}
