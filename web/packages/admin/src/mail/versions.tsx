import type { MailTemplateText, MailTemplateVersion } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { diff } from "../faq/diff";
import { Changed } from "../faq/versions";
import { Dialog } from "../shell/dialog";
import { useLoad } from "../shell/use";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { useMail } from "./use";

interface VersionsProps {
  template: string;
  locale: string;
  now: MailTemplateText;
  builtin: MailTemplateText | null;
  /** Takes an older text into the editor, where it is saved as the next version. */
  use(text: MailTemplateText): void;
  close(): void;
}

/** Every version of a text, and what has changed between it and the newest. */
export function Versions({ template, locale, now, builtin, use, close }: VersionsProps) {
  const mail = useMail();
  const { data, error } = useLoad(`versions ${template} ${locale}`, () => mail.versions(template, locale));
  const [number, setNumber] = useState<number | null>(null);
  const all: MailTemplateVersion[] = data?.versions ?? [];
  // What engage brings was there before the first.
  const first: MailTemplateVersion[] = builtin ? [{ version: 0, text: null, by: null, created_at: "" }] : [];
  const listed = [...all, ...(data ? first : [])];
  const chosen = listed.find((one) => one.version === number) ?? listed[1] ?? listed[0];
  const past = chosen && (chosen.text ?? builtin);
  const whole = ({ subject, body }: MailTemplateText) => `${subject}\n\n${body}`;
  return (
    <Dialog title={t("faq.versions.title")} close={close} look="is-wide">
      <div className="faq-versions">
        {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
        <ul className="cards">
          {listed.map((one) => (
            <li key={one.version}>
              <button
                type="button"
                className="link faq-version"
                aria-pressed={one === chosen}
                onClick={() => setNumber(one.version)}
              >
                {one.version === 0 ? t("mail.builtin") : `${one.version} · ${full(one.created_at)}`}
                {one.by && ` · ${plain(one.by)}`}
                {one.version > 0 && one.text === null && ` · ${t("mail.builtin")}`}
              </button>
            </li>
          ))}
        </ul>
        {past && (
          <section className="faq-diff" aria-label={t("mail.diff")}>
            <h3>{t("mail.diff")}</h3>
            <pre dir="auto">
              {diff(whole(past), whole(now)).map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not move
                <Changed key={at} kind={line.kind} text={line.text} />
              ))}
            </pre>
            <div className="actions">
              <button
                type="button"
                className="button is-chief"
                disabled={whole(past) === whole(now)}
                onClick={() => {
                  use(past);
                  close();
                }}
              >
                {t("faq.revert")}
              </button>
            </div>
          </section>
        )}
      </div>
    </Dialog>
  );
}
