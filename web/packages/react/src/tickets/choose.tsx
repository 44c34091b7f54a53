import type { Client, FileRules, Tickets, Uploads } from "@engage/client";
import { useEffect, useState } from "react";
import { languageOf, laterTexts } from "../locales";
import { compile, type Strings } from "../strings";
import { UploadButton, UploadList, uploadLook, uploadsOf, useUploads } from "../uploads";

const SIGNS = { clip: "+", pause: "❚❚", play: "►", close: "×" } as const;

/** What is being sent to `name`: a ticket, or the next. */
export const uploadsFor = (client: Client, name: string, rules: FileRules) =>
  uploadsOf(client, `ticket ${name}`, () => `files:ticket:${name}`, rules);

export interface TicketFilesProps {
  tickets: Tickets;
  uploads: Uploads;
  locale: string;
  /** Hears whether there is something to send, or something to wait for. */
  tell(beside: "ready" | "busy" | null): void;
}

/** What goes along with what is said, and where it is chosen. Takes what is pasted and dropped in its form. */
export default function TicketFiles({ tickets, uploads, locale, tell }: TicketFilesProps) {
  const [texts, setTexts] = useState<Partial<Strings> | null>(null);
  const { shown, beside } = useUploads(uploads);
  useEffect(() => tell(beside), [beside]);
  useEffect(() => {
    laterTexts(languageOf(locale)).then(
      (later) => setTexts(compile(later, locale)),
      () => {},
    );
  }, [locale]);
  if (!texts) return null;
  const strings = texts as Strings;
  const name = { clip: strings.fileAdd, pause: "", play: "", close: "" };
  const look = uploadLook(strings, locale, {
    tool: "e-choice",
    icon: (sign) => (
      <>
        <span aria-hidden="true">{SIGNS[sign]}</span> {name[sign]}
      </>
    ),
  });
  // Who is nobody yet may send nothing; should that not work, what is chosen says why.
  const add = async (files: File[]) => {
    await tickets.session().catch(() => {});
    uploads.add(files);
  };
  return (
    <div className="e-ticket-files">
      <UploadList uploads={uploads} shown={shown} look={look} frame="form" add={add} />
      <UploadButton look={look} add={(files) => void add([...files])} />
    </div>
  );
}
