import type { MailPreview, MailTemplateText } from "@engage/client";
import { plain } from "@engage/react";
import { type RefObject, useEffect, useState } from "react";
import { useCalm } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { Said } from "./letter";
import { useMail } from "./use";

interface PreviewProps {
  template: string;
  locale: string;
  text: MailTemplateText;
  /** Where the body is typed, to lead to the line that is wrong. */
  field: RefObject<HTMLTextAreaElement | null>;
}

interface Fault {
  text: string;
  /** Of the body, from 1. */
  line: number | null;
}

/** The mail with samples in the place of its variables, a moment after the last key; the last that could be drawn stays. */
export function Preview({ template, locale, text, field }: PreviewProps) {
  const mail = useMail();
  const calm = useCalm(JSON.stringify(text), 400);
  const [drawn, setDrawn] = useState<MailPreview | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => {
    let asked = true;
    mail.preview(template, locale, JSON.parse(calm)).then(
      (preview) => {
        if (!asked) return;
        setDrawn(preview);
        setFault(null);
      },
      (error) => asked && setFault(faultOf(error)),
    );
    return () => {
      asked = false;
    };
  }, [mail, template, locale, calm]);
  const line = fault?.line ?? null;
  return (
    <section className="mail-preview" aria-label={t("mail.preview")}>
      <div role="status">
        {fault && (
          <p className="fault">
            {line === null ? fault.text : t("mail.line", { line, text: fault.text })}{" "}
            {line !== null && (
              <button type="button" className="link" onClick={() => lead(field.current, line)}>
                {t("mail.line.go")}
              </button>
            )}
          </p>
        )}
      </div>
      {drawn ? (
        <>
          <p className="mail-preview-subject">
            <span className="quiet">{t("mail.subject")}</span> <strong dir="auto">{plain(drawn.subject)}</strong>
          </p>
          <Said content={drawn} subject={drawn.subject} />
        </>
      ) : (
        !fault && <p className="quiet">{t("loading")}</p>
      )}
    </section>
  );
}

/** The server says `line 3: …` of what stands in the body. */
function faultOf(error: unknown): Fault {
  const [detail] = (error as { problem?: { errors?: { field: string; detail: string }[] } })?.problem?.errors ?? [];
  const found = detail?.detail.match(/^line (\d+): (.*)$/s);
  if (!detail || !found) return { text: trouble(error), line: null };
  return { text: found[2] ?? "", line: detail.field.endsWith("/body") ? Number(found[1]) : null };
}

function lead(field: HTMLTextAreaElement | null, line: number): void {
  if (!field) return;
  const lines = field.value.split("\n");
  const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  field.focus();
  field.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, line - 3);
}
