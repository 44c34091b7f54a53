import type { Attribute } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Actions, useSubmit } from "../shell/form";
import { Icon } from "../shell/icon";
import { t } from "../words";

interface AttributesProps {
  label: string;
  values: Readonly<Record<string, Attribute>>;
  /** A merge patch: null removes. */
  save(change: Record<string, Attribute | null>): Promise<unknown>;
}

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Custom attributes: to be read, changed, added and removed. */
export function Attributes({ label, values, save }: AttributesProps) {
  const [editing, setEditing] = useState<string | null>(null);
  const names = Object.keys(values).sort();
  return (
    <div className="attributes">
      {names.length > 0 && (
        <dl aria-label={label}>
          {names.map((name) => (
            <div key={name}>
              <dt dir="auto">{plain(name)}</dt>
              <dd>
                {editing === name ? (
                  <One name={name} value={values[name] ?? ""} save={save} close={() => setEditing(null)} />
                ) : (
                  <button
                    type="button"
                    className="attribute"
                    title={t("attributes.change", { name: plain(name) })}
                    onClick={() => setEditing(name)}
                  >
                    <span dir="auto">{plain(String(values[name]))}</span>
                    <span className="aside">{t("edit")}</span>
                  </button>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {editing === "" ? (
        <One name="" value="" save={save} close={() => setEditing(null)} />
      ) : (
        <button type="button" className="link" onClick={() => setEditing("")}>
          <Icon name="plus" /> {t("attributes.add")}
          <span className="aside"> {label}</span>
        </button>
      )}
    </div>
  );
}

interface OneProps {
  name: string;
  value: Attribute;
  save(change: Record<string, Attribute | null>): Promise<unknown>;
  close(): void;
}

function One({ name, value, save, close }: OneProps) {
  const [named, setNamed] = useState(name);
  const [text, setText] = useState(String(value));
  const wrong = named !== "" && !NAME.test(named);
  const { busy, problem, submit } = useSubmit(() => save({ [named]: typed(text, value) }));
  const dropping = useSubmit(() => save({ [name]: null }));
  return (
    <form
      className="attribute-edit"
      onSubmit={async (event) => {
        event.preventDefault();
        if (named && !wrong && (await submit())) close();
      }}
    >
      {name === "" && (
        <input
          // biome-ignore lint/a11y/noAutofocus: it was just asked for
          autoFocus
          aria-label={t("attributes.name")}
          aria-invalid={wrong}
          placeholder={t("attributes.name")}
          maxLength={64}
          value={named}
          onChange={(event) => setNamed(event.currentTarget.value)}
        />
      )}
      <input
        // biome-ignore lint/a11y/noAutofocus: it was just asked for
        autoFocus={name !== ""}
        dir="auto"
        aria-label={name || t("attributes.value")}
        placeholder={t("attributes.value")}
        maxLength={1_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && close()}
      />
      <p className="fault" role="alert">
        {wrong ? t("attributes.rule") : problem || dropping.problem}
      </p>
      <Actions close={close} small>
        {name !== "" && (
          <button
            type="button"
            className="tool is-small"
            aria-label={t("delete")}
            disabled={dropping.busy}
            onClick={async () => (await dropping.submit()) && close()}
          >
            <Icon name="trash" />
          </button>
        )}
        <button type="submit" className="button is-small is-chief" disabled={busy}>
          {t("save")}
        </button>
      </Actions>
    </form>
  );
}

/** Of the kind that it was, where the text still is one; a new one is text. */
function typed(text: string, before: Attribute): Attribute {
  if (typeof before === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (typeof before === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return text;
}
