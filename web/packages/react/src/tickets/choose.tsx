import type { Client, FileRules, Tickets, Uploads } from "@engage/client";
import { useEffect, useState } from "react";
import { bytes } from "../bytes";
import { languageOf, laterTexts } from "../locales";
import { compile, type Strings } from "../strings";
import { UploadButton, UploadList, type UploadLook, uploadsOf, useUploads } from "../uploads";

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
  const look = lookOf(texts as Strings, locale);
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

function lookOf(strings: Strings, locale: string): UploadLook {
  const name = { clip: strings.fileAdd, pause: "", play: "", close: "" };
  return {
    tool: "e-choice",
    icon: (sign) => (
      <>
        <span aria-hidden="true">{SIGNS[sign]}</span> {name[sign]}
      </>
    ),
    add: strings.fileAdd,
    label: strings.files,
    pause: strings.filePause,
    resume: strings.fileResume,
    remove: strings.fileRemove,
    said: (one) => {
      if (one.state === "failed") return strings.fileFailed(one.code ?? "");
      return one.state === "sending" || one.state === "ready" ? bytes(one.size, locale) : strings.fileState(one.state);
    },
  };
}
