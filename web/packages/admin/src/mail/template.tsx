import type { MailTemplate, MailTemplateShown, MailTemplateText } from "@engage/client";
import { plain } from "@engage/react";
import { type RefObject, useRef, useState } from "react";
import { SaveBar, useVersioned } from "../settings/versioned";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { attempt, isAbsent, useLoad } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { Preview } from "./preview";
import { useMail } from "./use";
import { TemplateVersions } from "./versions";

interface EditorProps {
  template: MailTemplate;
  locale: string;
  changed(): void;
}

/** What a mail says in one language. */
export default function Editor(props: EditorProps) {
  const { template, locale } = props;
  const mail = useMail();
  const own = useLoad(`template ${template.name} ${locale}`, () => mail.template(template.name, locale));
  const isNew = isAbsent(own.error);
  // A language that is new here begins with what the English mail says.
  const english = useLoad(isNew ? `template ${template.name} en` : null, () => mail.template(template.name, "en"));
  const shown = own.data ?? (english.data && { ...english.data, version: 0, builtin: null });
  if (!shown) return <p className="quiet">{own.error && !isNew ? trouble(own.error) : t("loading")}</p>;
  return (
    <>
      {isNew && <p className="mail-note">{t("mail.new-language")}</p>}
      <Edit {...props} shown={shown} isNew={isNew} reload={own.reload} />
    </>
  );
}

function Edit({
  template,
  locale,
  changed,
  shown,
  isNew,
  reload,
}: EditorProps & { shown: MailTemplateShown; isNew: boolean; reload(): void }) {
  const mail = useMail();
  const body = useRef<HTMLTextAreaElement>(null);
  const [dialog, setDialog] = useState<"versions" | "revert" | null>(null);
  const [asNew, setAsNew] = useState(isNew);
  const done = () => {
    reload();
    changed();
  };
  const of = useVersioned<MailTemplateText>({
    kept: { value: shown.text, version: shown.version },
    save: async (value, version) => {
      const stored = await mail.setTemplate(template.name, locale, value, version);
      setAsNew(false);
      return { value, version: stored.version };
    },
    fetch: async () => {
      const now = await mail.template(template.name, locale);
      return { value: now.text, version: now.version };
    },
    saved: done,
  });
  const { draft } = of;
  const revert = async () => {
    if (await attempt(mail.setTemplate(template.name, locale, null, shown.version), t("mail.reverted"))) done();
  };
  const isOwn = shown.builtin !== null && JSON.stringify(shown.builtin) !== JSON.stringify(shown.text);
  return (
    <form
      className="setting mail-template"
      aria-label={t("mail.template.edit")}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // In a new language the text as it stands may be right already.
        if (of.dirty || asNew) of.save();
      }}
    >
      <div className="setting-main">
        <label className="field">
          <span>{t("mail.subject")}</span>
          <input
            dir="auto"
            maxLength={200}
            value={draft.subject}
            onChange={(event) => of.set({ ...draft, subject: event.currentTarget.value })}
          />
        </label>
        <label className="field">
          <span>{t("mail.body")}</span>
          <textarea
            ref={body}
            className="faq-markdown"
            dir="ltr"
            rows={16}
            spellCheck={false}
            value={draft.body}
            onChange={(event) => of.set({ ...draft, body: event.currentTarget.value })}
          />
        </label>
        <Variables template={template} into={body} write={(text) => of.set({ ...draft, body: text })} />
        <div className="actions">
          {shown.version > 0 && (
            <button type="button" className="button" onClick={() => setDialog("versions")}>
              <Icon name="clock" /> {t("mail.versions", { n: shown.version })}
            </button>
          )}
          {isOwn && (
            <button type="button" className="button" onClick={() => setDialog("revert")}>
              {t("mail.revert")}
            </button>
          )}
          {asNew && !of.dirty && (
            <button type="submit" className="button is-chief">
              {t("save")}
            </button>
          )}
        </div>
        <SaveBar of={of} show={(value) => `${plain(value.subject)}\n\n${plain(value.body)}`} />
      </div>
      <div className="setting-beside">
        <Preview template={template.name} locale={locale} text={draft} field={body} />
      </div>
      {dialog === "versions" && (
        <TemplateVersions
          template={template.name}
          locale={locale}
          now={shown.text}
          builtin={shown.builtin ?? null}
          use={of.set}
          close={() => setDialog(null)}
        />
      )}
      {dialog === "revert" && (
        <Confirm
          title={t("mail.revert.title")}
          yes={t("mail.revert")}
          act={() => void revert()}
          close={() => setDialog(null)}
        >
          <p>{t("mail.revert.text")}</p>
        </Confirm>
      )}
    </form>
  );
}

interface VariablesProps {
  template: MailTemplate;
  into: RefObject<HTMLTextAreaElement | null>;
  write(text: string): void;
}

/** All that a mail of this kind can say of its own; each is put where the cursor is. */
function Variables({ template, into, write }: VariablesProps) {
  const put = (text: string) => {
    const field = into.current;
    if (!field) return;
    const { selectionStart: from, selectionEnd: to, value } = field;
    write(value.slice(0, from) + text + value.slice(to));
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(from + text.length, from + text.length);
    });
  };
  return (
    <fieldset className="variables">
      <legend className="quiet">{t("mail.variables")}</legend>
      {template.variables.map(({ name, about, kind }) => (
        <button key={name} type="button" className="chip" title={plain(about)} onClick={() => put(written(name, kind))}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}

/** As it stands in a text. What is in a list is named by its item. */
function written(name: string, kind: string): string {
  if (kind === "list") return `{% for item in ${name} %}{% endfor %}`;
  const [list, field] = name.split(".");
  return field ? `{{ item.${field} }}` : `{{ ${list} }}`;
}
