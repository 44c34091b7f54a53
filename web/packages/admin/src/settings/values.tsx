import { plain } from "@engage/react";
import { t } from "../words";
import { SettingForm } from "./settings";

interface ValueProps {
  name: string;
  title: string;
  hint: string;
}

interface WordsProps extends ValueProps {
  /** In Unicode scalar values. */
  most: number;
  kind?: "text" | "email";
  /** `auto` for what is in somebody's language, not an address. */
  dir?: "ltr" | "auto";
  /** The server takes an empty text, not null. */
  must?: boolean;
}

/** A setting that is a line of text. */
export function Words({ name, title, hint, most, kind = "text", dir = "ltr", must = false }: WordsProps) {
  return (
    <SettingForm<string>
      name={name}
      title={title}
      hint={hint}
      read={text}
      write={(draft) => draft.trim() || (must ? "" : null)}
      show={(value) => plain(value) || t("none")}
    >
      {(of) => (
        <input
          type={kind}
          aria-label={title}
          dir={dir}
          maxLength={most}
          value={of.draft}
          onChange={(event) => of.set(event.currentTarget.value)}
        />
      )}
    </SettingForm>
  );
}

/** A setting that is on or off. */
export function Switch({ name, title, hint }: ValueProps) {
  return (
    <SettingForm<boolean> name={name} title={title} hint={hint} read={yes} show={onOff}>
      {(of) => (
        <label className="check">
          <input
            type="checkbox"
            role="switch"
            aria-checked={of.draft}
            checked={of.draft}
            onChange={(event) => of.set(event.currentTarget.checked)}
          />
          {onOff(of.draft)}
        </label>
      )}
    </SettingForm>
  );
}

interface CountProps extends ValueProps {
  /** What it means when there is none. */
  none: string;
  least: number;
  most: number;
  usual: number;
}

/** A setting that is a number, or none. */
export function Count({ name, title, hint, none, least, most, usual }: CountProps) {
  const read = (value: unknown) => (typeof value === "number" ? String(value) : "");
  return (
    <SettingForm<string>
      name={name}
      title={title}
      hint={hint}
      read={read}
      write={(draft) => (draft === "" ? null : Number(draft))}
      show={(value) => value || none}
    >
      {(of) => (
        <div className="count-field">
          <label className="check">
            <input
              type="checkbox"
              checked={of.draft !== ""}
              onChange={(event) => of.set(event.currentTarget.checked ? String(usual) : "")}
            />
            {t("set.limited")}
          </label>
          {of.draft === "" ? (
            <span className="quiet">{none}</span>
          ) : (
            <input
              type="number"
              aria-label={title}
              min={least}
              max={most}
              step={1}
              value={of.draft}
              onChange={(event) => of.set(event.currentTarget.value || String(least))}
            />
          )}
        </div>
      )}
    </SettingForm>
  );
}

export const text = (value: unknown) => (typeof value === "string" ? value : "");
const yes = (value: unknown) => value === true;
const onOff = (value: boolean) => (value ? t("on") : t("off"));
