import { plain } from "@engage/react";
import { useRef } from "react";
import { Icon } from "../shell/icon";
import { useSelect } from "../shell/use";
import { t } from "../words";
import { Beside } from "./general";
import { SettingForm, useSetting } from "./settings";

const KINDS = ["text", "email", "select", "checkbox"] as const;

export interface Field {
  name: string;
  label: string;
  kind: (typeof KINDS)[number];
  required: boolean;
  choices: string[];
  max_length: number | null;
}

const MOST = 20;

/** What is asked before a conversation begins. */
export function Fields() {
  const greeting = useSetting("chat.greeting");
  const site = useSelect((state) => state.site?.name ?? "");
  const list = useRef<HTMLOListElement>(null);
  return (
    <SettingForm<Field[]>
      name="chat.fields"
      title={t("settings.fields")}
      hint={t("set.fields.hint")}
      read={readFields}
      write={(draft) => draft.map(written)}
      show={(value) => (value.length > 0 ? value.map((one) => plain(one.label || one.name)).join(", ") : t("none"))}
      beside={(draft) => <Beside site={site} greeting={String(greeting?.value ?? "")} fields={draft} />}
    >
      {(of) => {
        const change = (at: number, part: Partial<Field>) =>
          of.set(of.draft.map((one, index) => (index === at ? { ...one, ...part } : one)));
        const move = (at: number, by: number) => {
          const next = [...of.draft];
          const [one] = next.splice(at, 1);
          if (one) next.splice(at + by, 0, one);
          of.set(next);
        };
        const focusLast = () =>
          requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>("li:last-child input")?.focus());
        return (
          <>
            <ol className="cards" ref={list}>
              {of.draft.map((field, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the name is being typed, so only the place is stable
                <li key={at} className="card-form">
                  <div className="form-row">
                    <label className="field">
                      <span>{t("field.label")}</span>
                      <input
                        dir="auto"
                        maxLength={200}
                        value={field.label}
                        onChange={(event) => change(at, { label: event.currentTarget.value })}
                      />
                    </label>
                    <label className="field">
                      <span>{t("field.name")}</span>
                      <input
                        maxLength={64}
                        value={field.name}
                        onChange={(event) => change(at, { name: event.currentTarget.value })}
                      />
                    </label>
                    <label className="field">
                      <span>{t("field.kind")}</span>
                      <select
                        value={field.kind}
                        onChange={(event) => change(at, { kind: event.currentTarget.value as Field["kind"] })}
                      >
                        {KINDS.map((kind) => (
                          <option key={kind} value={kind}>
                            {t(`field.${kind}`)}
                          </option>
                        ))}
                      </select>
                    </label>
                  </div>
                  {field.kind === "select" && (
                    <label className="field">
                      <span>{t("field.choices")}</span>
                      <textarea
                        dir="auto"
                        rows={3}
                        value={field.choices.join("\n")}
                        onChange={(event) => change(at, { choices: event.currentTarget.value.split("\n") })}
                      />
                    </label>
                  )}
                  <div className="actions">
                    <label className="check">
                      <input
                        type="checkbox"
                        checked={field.required}
                        onChange={(event) => change(at, { required: event.currentTarget.checked })}
                      />
                      {t("field.required")}
                    </label>
                    <button
                      type="button"
                      className="tool is-small"
                      disabled={at === 0}
                      aria-label={t("move.up", { name: field.label })}
                      onClick={() => move(at, -1)}
                    >
                      <span aria-hidden="true">↑</span>
                    </button>
                    <button
                      type="button"
                      className="tool is-small"
                      disabled={at === of.draft.length - 1}
                      aria-label={t("move.down", { name: field.label })}
                      onClick={() => move(at, 1)}
                    >
                      <span aria-hidden="true">↓</span>
                    </button>
                    <button
                      type="button"
                      className="tool is-small"
                      aria-label={t("remove", { name: field.label || field.name })}
                      onClick={() => of.set(of.draft.filter((_, index) => index !== at))}
                    >
                      <Icon name="trash" />
                    </button>
                  </div>
                </li>
              ))}
            </ol>
            {of.draft.length < MOST && (
              <button
                type="button"
                className="button"
                onClick={() => {
                  of.set([
                    ...of.draft,
                    { name: fresh(of.draft), label: "", kind: "text", required: false, choices: [], max_length: null },
                  ]);
                  focusLast();
                }}
              >
                <Icon name="plus" /> {t("field.add")}
              </button>
            )}
          </>
        );
      }}
    </SettingForm>
  );
}

export function readFields(value: unknown): Field[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: Partial<Field>) => ({
    name: String(one.name ?? ""),
    label: String(one.label ?? ""),
    kind: KINDS.includes(one.kind as Field["kind"]) ? (one.kind as Field["kind"]) : "text",
    required: one.required === true,
    choices: Array.isArray(one.choices) ? one.choices.map(String) : [],
    max_length: typeof one.max_length === "number" ? one.max_length : null,
  }));
}

function written({ choices, max_length, ...field }: Field) {
  const kept = choices.map((choice) => choice.trim()).filter(Boolean);
  return {
    ...field,
    label: field.label.trim() || field.name,
    ...(field.kind === "select" && { choices: kept }),
    ...(max_length !== null && { max_length }),
  };
}

function fresh(fields: readonly Field[]): string {
  for (let count = fields.length + 1; ; count += 1) {
    if (!fields.some((one) => one.name === `field${count}`)) return `field${count}`;
  }
}
