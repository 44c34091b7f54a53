import type { FormDefinition, FormInfo } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { SaveBar, useVersioned } from "../settings/versioned";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { attempt, useAdmin, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { FieldList } from "./fields";
import { FormPreview } from "./preview";

const PROTECTION = { min_seconds: 2, max_links: 3, work: 0, words: [], domains: [], addresses: [] };

/** A form to begin with: it asks what most ask. */
function fresh(): FormDefinition {
  return {
    name: "",
    title: "",
    fields: [
      { name: "name", label: t("name"), kind: "text" },
      { name: "email", label: t("email"), kind: "email", required: true },
      { name: "message", label: t("message"), kind: "multiline", required: true },
    ],
    protection: PROTECTION,
    becomes: { kind: "nothing" },
    retention_days: 365,
  };
}

/** The forms of the site: those of its own code to look at, the others to change. */
export default function Forms() {
  const desk = useDesk();
  const admin = useAdmin();
  const { data, error, reload } = useLoad("forms", () => desk.forms(), 20_000);
  const [open, setOpen] = useState<string | null>(null);
  const [known] = useState(() => ({ form: fresh(), version: 0, updated_at: null }));
  const close = () => setOpen(null);
  return (
    <>
      <p className="quiet">{t("form.hint")}</p>
      {admin && (
        <div className="page-tools">
          <button type="button" className="button is-chief" onClick={() => setOpen("")}>
            <Icon name="plus" /> {t("form.add")}
          </button>
        </div>
      )}
      {open === "" && <Edit known={known} done={reload} close={close} />}
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      <ul className="cards">
        {data?.forms.map((one) => (
          <li key={one.form.name}>
            {open === one.form.name ? (
              <Edit known={one} done={reload} close={close} />
            ) : (
              <div className="card-line">
                <kbd>{one.form.name}</kbd>
                <span className="cut-text" dir="auto">
                  {plain(one.form.title)}
                </span>
                <button
                  type="button"
                  className="tool is-small"
                  aria-label={t("form.copy", { name: one.form.name })}
                  title={t("form.copy", { name: one.form.name })}
                  onClick={() => void attempt(navigator.clipboard.writeText(widget(one.form.name)), t("copied"))}
                >
                  <Icon name="copy" />
                </button>
                {one.version === 0 ? (
                  <span className="badge">{t("form.code")}</span>
                ) : (
                  admin && (
                    <button
                      type="button"
                      className="tool is-small"
                      aria-label={t("edit.what", { name: one.form.name })}
                      onClick={() => setOpen(one.form.name)}
                    >
                      <Icon name="edit" />
                    </button>
                  )
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      {data && data.forms.length === 0 && open === null && <p className="quiet card-empty">{t("form.none")}</p>}
    </>
  );
}

function Edit({ known, done, close }: { known: FormInfo; done(): void; close(): void }) {
  const desk = useDesk();
  const [asking, setAsking] = useState(false);
  const isNew = known.version === 0;
  const kept = ({ form, version }: FormInfo) => ({ value: form, version });
  const of = useVersioned<FormDefinition>({
    kept: kept(known),
    save: async (draft, version) => kept(await desk.setForm(written(draft), version)),
    fetch: async () => {
      const { forms } = await desk.forms();
      const now = forms.find(({ form }) => form.name === known.form.name);
      if (!now) throw new Error("it is gone");
      return kept(now);
    },
    saved: () => {
      done();
      close();
    },
  });
  const { draft } = of;
  const set = (part: Partial<FormDefinition>) => of.set({ ...draft, ...part });
  const protect = (part: Partial<FormDefinition["protection"]>) =>
    set({ protection: { ...PROTECTION, ...draft.protection, ...part } });
  const drop = async () => {
    if (await attempt(desk.dropForm(known.form.name))) {
      done();
      close();
    }
  };
  const text = (name: "title" | "button", label: string, most: number) => (
    <label className="field">
      <span>{label}</span>
      <input
        dir="auto"
        maxLength={most}
        value={draft[name] ?? ""}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  const lines = (name: "intro" | "thanks" | "consent", label: string) => (
    <label className="field">
      <span>{label}</span>
      <textarea
        dir="auto"
        rows={2}
        maxLength={2000}
        value={draft[name] ?? ""}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  const list = (name: "words" | "domains" | "addresses", label: string) => (
    <label className="field">
      <span>{label}</span>
      <textarea
        dir="auto"
        rows={2}
        value={(draft.protection?.[name] ?? []).join("\n")}
        onChange={(event) => protect({ [name]: event.currentTarget.value.split("\n") })}
      />
    </label>
  );
  return (
    <form
      className="setting form-edit"
      aria-label={isNew ? t("form.add") : known.form.name}
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <div className="setting-main">
        <div className="form-row">
          <label className="field">
            <span>{t("form.name")}</span>
            <input
              // biome-ignore lint/a11y/noAutofocus: it was just asked for
              autoFocus={isNew}
              readOnly={!isNew}
              maxLength={50}
              pattern="[a-z0-9\-]+"
              value={draft.name}
              onChange={(event) => set({ name: event.currentTarget.value.toLowerCase().replace(/[^a-z0-9-]/g, "-") })}
            />
          </label>
          {text("title", t("form.title"), 200)}
          {text("button", t("form.button"), 50)}
        </div>
        {lines("intro", t("form.intro"))}
        <FieldList fields={draft.fields} set={(fields) => set({ fields })} />
        {lines("consent", t("form.consent"))}
        {lines("thanks", t("form.thanks"))}
        <div className="form-row">
          <label className="field">
            <span>{t("form.becomes")}</span>
            <select
              value={draft.becomes?.kind ?? "nothing"}
              onChange={(event) => set({ becomes: { kind: event.currentTarget.value } })}
            >
              <option value="nothing">{t("form.nothing")}</option>
              <option value="chat">{t("form.chat")}</option>
              <option value="ticket">{t("form.ticket")}</option>
            </select>
          </label>
          <label className="field">
            <span>{t("form.days")}</span>
            <input
              type="number"
              min={1}
              max={3650}
              value={draft.retention_days ?? 365}
              onChange={(event) => set({ retention_days: Number(event.currentTarget.value) })}
            />
          </label>
          <label className="field">
            <span>{t("form.seconds")}</span>
            <input
              type="number"
              min={0}
              max={60}
              value={draft.protection?.min_seconds ?? 2}
              onChange={(event) => protect({ min_seconds: Number(event.currentTarget.value) })}
            />
          </label>
        </div>
        <label className="field">
          <span>{t("form.recipients")}</span>
          <textarea
            dir="ltr"
            rows={2}
            value={(draft.recipients ?? []).join("\n")}
            onChange={(event) => set({ recipients: event.currentTarget.value.split("\n") })}
          />
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={draft.confirm ?? false}
            onChange={(event) => set({ confirm: event.currentTarget.checked })}
          />
          {t("form.confirm")}
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={(draft.protection?.work ?? 0) > 0}
            onChange={(event) => protect({ work: event.currentTarget.checked ? 50_000 : 0 })}
          />
          {t("form.work")}
        </label>
        <details>
          <summary>{t("form.lists")}</summary>
          <div className="form-row">
            {list("words", t("form.words"))}
            {list("domains", t("form.domains"))}
            {list("addresses", t("form.addresses"))}
          </div>
        </details>
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {t("cancel")}
          </button>
          {!isNew && (
            <button type="button" className="button is-bad" onClick={() => setAsking(true)}>
              {t("delete")}
            </button>
          )}
        </div>
        <SaveBar of={of} show={(value) => plain(value.title)} />
      </div>
      <div className="setting-beside">
        <FormPreview form={draft} />
      </div>
      {asking && (
        <Confirm
          title={t("remove", { name: known.form.name })}
          yes={t("delete")}
          act={drop}
          close={() => setAsking(false)}
        >
          <p>{t("form.drop")}</p>
        </Confirm>
      )}
    </form>
  );
}

/** What stands in a page for the form to be there; beside the loader, which that page has already. */
function widget(name: string): string {
  return `<engage-contact form="${name}"></engage-contact>`;
}

/** As it is sent: without the empty lines of lists that are being typed. */
function written(form: FormDefinition): FormDefinition {
  const full = (list: readonly string[] | undefined) => (list ?? []).map((one) => one.trim()).filter(Boolean);
  const { protection } = form;
  return {
    ...form,
    fields: form.fields.map((field) => ({ ...field, ...(field.choices && { choices: full(field.choices) }) })),
    recipients: full(form.recipients),
    protection: {
      ...protection,
      words: full(protection?.words),
      domains: full(protection?.domains),
      addresses: full(protection?.addresses),
    },
  };
}
