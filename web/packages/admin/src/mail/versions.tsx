import type { MailTemplateText, MailTemplateVersion } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { useLoad } from "../shell/use";
import { Versions } from "../versions/dialog";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { useMail } from "./use";

interface TemplateVersionsProps {
  template: string;
  locale: string;
  now: MailTemplateText;
  builtin: MailTemplateText | null;
  /** Takes an older text into the editor, where it is saved as the next version. */
  use(text: MailTemplateText): void;
  close(): void;
}

/** The versions of a template in one language; before the first one was what engage brings. */
export function TemplateVersions({ template, locale, now, builtin, use, close }: TemplateVersionsProps) {
  const mail = useMail();
  const { data, error } = useLoad(`versions ${template} ${locale}`, () => mail.versions(template, locale));
  const [number, setNumber] = useState<number | null>(null);
  const all: MailTemplateVersion[] = data?.versions ?? [];
  const first: MailTemplateVersion[] = builtin ? [{ version: 0, text: null, by: null, created_at: "" }] : [];
  const listed = [...all, ...(data ? first : [])];
  const chosen = listed.find((one) => one.version === number) ?? listed[1] ?? listed[0];
  const past = (chosen && (chosen.text ?? builtin)) ?? null;
  return (
    <Versions
      all={listed.map((one) => ({ number: one.version, name: named(one) }))}
      chosen={chosen?.version ?? null}
      choose={setNumber}
      label={t("mail.diff")}
      past={past && whole(past)}
      now={whole(now)}
      waiting={error ? trouble(error) : t("loading")}
      revert={past && whole(past) !== whole(now) ? () => use(past) : null}
      close={close}
    />
  );
}

function named({ version, text, by, created_at }: MailTemplateVersion): string {
  if (version === 0) return t("mail.builtin");
  const parts = [version, full(created_at), by && plain(by), text === null && t("mail.builtin")];
  return parts.filter(Boolean).join(" · ");
}

function whole({ subject, body }: MailTemplateText): string {
  return `${subject}\n\n${body}`;
}
