import type { FormField } from "@engage/client";
import { useRef } from "react";
import { Icon } from "../shell/icon";
import { t } from "../words";

const KINDS = [
  "text",
  "multiline",
  "email",
  "tel",
  "url",
  "number",
  "date",
  "select",
  "radio",
  "several",
  "checkbox",
] as const;
const CHOSEN = ["select", "radio", "several"];
const MOST = 50;

/** The questions of a form, in their order. */
export function FieldList({ fields, set }: { fields: FormField[]; set(fields: FormField[]): void }) {
  const list = useRef<HTMLOListElement>(null);
  const change = (at: number, part: Partial<FormField>) =>
    set(fields.map((one, index) => (index === at ? { ...one, ...part } : one)));
  const move = (at: number, by: number) => {
    const next = [...fields];
    const [one] = next.splice(at, 1);
    if (one) next.splice(at + by, 0, one);
    set(next);
  };
  const add = () => {
    set([...fields, { name: fresh(fields), label: "", kind: "text" }]);
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>(":scope > li:last-child input")?.focus());
  };
  return (
    <fieldset>
      <legend>{t("form.fields")}</legend>
      <ol className="cards" ref={list}>
        {fields.map((field, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is being typed, so only the place is stable
          <li key={at} className="card-form">
            <One field={field} earlier={fields.slice(0, at)} change={(part) => change(at, part)} />
            <div className="actions">
              <label className="check">
                <input
                  type="checkbox"
                  checked={field.required ?? false}
                  onChange={(event) => change(at, { required: event.currentTarget.checked })}
                />
                {t("field.required")}
              </label>
              <button
                type="button"
                className="tool is-small"
                disabled={at === 0}
                aria-label={t("move.up", { name: field.label || field.name })}
                onClick={() => move(at, -1)}
              >
                <span aria-hidden="true">↑</span>
              </button>
              <button
                type="button"
                className="tool is-small"
                disabled={at === fields.length - 1}
                aria-label={t("move.down", { name: field.label || field.name })}
                onClick={() => move(at, 1)}
              >
                <span aria-hidden="true">↓</span>
              </button>
              <button
                type="button"
                className="tool is-small"
                aria-label={t("remove", { name: field.label || field.name })}
                onClick={() => set(fields.filter((_, index) => index !== at))}
              >
                <Icon name="trash" />
              </button>
            </div>
          </li>
        ))}
      </ol>
      {fields.length < MOST && (
        <button type="button" className="button" onClick={add}>
          <Icon name="plus" /> {t("field.add")}
        </button>
      )}
    </fieldset>
  );
}

function One({
  field,
  earlier,
  change,
}: {
  field: FormField;
  earlier: FormField[];
  change(part: Partial<FormField>): void;
}) {
  const leads = earlier.filter(({ kind }) => CHOSEN.includes(kind) || kind === "checkbox");
  const on = leads.find(({ name }) => name === field.when?.field);
  const ways = on?.kind === "checkbox" ? ["true", "false"] : (on?.choices ?? []);
  const kindIs = (kind: FormField["kind"]) =>
    // What another kind had of its own does not go along.
    change({
      kind,
      choices: CHOSEN.includes(kind) ? (field.choices ?? [""]) : undefined,
      min_length: undefined,
      max_length: undefined,
      min: undefined,
      max: undefined,
      earliest: undefined,
      latest: undefined,
    });
  return (
    <>
      <div className="form-row">
        <label className="field">
          <span>{t("field.label")}</span>
          <input
            dir="auto"
            maxLength={200}
            value={field.label}
            onChange={(event) => change({ label: event.currentTarget.value })}
          />
        </label>
        <label className="field">
          <span>{t("field.name")}</span>
          <input maxLength={64} value={field.name} onChange={(event) => change({ name: event.currentTarget.value })} />
        </label>
        <label className="field">
          <span>{t("field.kind")}</span>
          <select value={field.kind} onChange={(event) => kindIs(event.currentTarget.value as FormField["kind"])}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`field.${kind}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {CHOSEN.includes(field.kind) && (
        <label className="field">
          <span>{t("field.choices")}</span>
          <textarea
            dir="auto"
            rows={3}
            value={(field.choices ?? []).join("\n")}
            onChange={(event) => change({ choices: event.currentTarget.value.split("\n") })}
          />
        </label>
      )}
      {leads.length > 0 && (
        <div className="form-row">
          <label className="field">
            <span>{t("field.when")}</span>
            <select
              value={field.when?.field ?? ""}
              onChange={(event) => {
                const to = leads.find(({ name }) => name === event.currentTarget.value);
                const first = to?.kind === "checkbox" ? "true" : (to?.choices?.[0] ?? "");
                change({ when: to && { field: to.name, is: [first] } });
              }}
            >
              <option value="">{t("field.always")}</option>
              {leads.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label || name}
                </option>
              ))}
            </select>
          </label>
          {on && (
            <label className="field">
              <span>{t("field.is")}</span>
              <select
                multiple
                size={Math.min(4, Math.max(2, ways.length))}
                value={field.when?.is ?? []}
                onChange={(event) =>
                  change({
                    when: { field: on.name, is: [...event.currentTarget.selectedOptions].map((one) => one.value) },
                  })
                }
              >
                {ways.map((way) => (
                  <option key={way} value={way}>
                    {on.kind === "checkbox" ? t(way === "true" ? "on" : "off") : way}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      )}
    </>
  );
}

function fresh(fields: readonly FormField[]): string {
  for (let count = fields.length + 1; ; count += 1) {
    if (!fields.some((one) => one.name === `field${count}`)) return `field${count}`;
  }
}
