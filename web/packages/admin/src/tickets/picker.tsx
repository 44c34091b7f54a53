import type { DeskTicket } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Choose } from "../list/choose";
import { FormDialog } from "../shell/form";
import { contactName } from "../shell/names";
import { go, href } from "../shell/route";
import { toast } from "../shell/toast";
import { useCalm, useLoad } from "../shell/use";
import { type Key, t } from "../words";
import type { Opened } from "./open";
import { NUMBER } from "./search";
import { statusName, useStatuses, useTickets } from "./use";

type How = "merge" | "link" | "parent";

const WORDS: Record<How, { title: Key; text: Key; yes: Key }> = {
  merge: { title: "ticket.merge", text: "ticket.merge.text", yes: "ticket.merge.do" },
  link: { title: "ticket.link", text: "ticket.link.text", yes: "ticket.link.do" },
  parent: { title: "ticket.parent.set", text: "ticket.parent.text", yes: "ticket.parent.do" },
};

interface RelateProps {
  how: How;
  of: Opened;
  ticket: DeskTicket;
  close(): void;
}

/** Chooses another ticket, by its number or its words, and brings the two together. */
export function Relate({ how, of, ticket, close }: RelateProps) {
  const desk = useTickets();
  const statuses = useStatuses();
  const [text, setText] = useState("");
  const [other, setOther] = useState<DeskTicket | null>(null);
  const sought = useCalm(text.trim(), 200);
  const found = useLoad(`${how} ${sought}`, () => candidates(desk, sought, how, ticket));
  const words = WORDS[how];
  return (
    <FormDialog
      title={t(words.title)}
      yes={t(words.yes)}
      bad={how === "merge"}
      ready={other !== null}
      close={close}
      work={async () => {
        if (!other) return;
        if (how === "merge") {
          const into = await desk.merge(ticket.id, other.id);
          desk.changed(null);
          toast(t("ticket.merged", { number: into.reference }));
          go(href("t", into.id));
        } else if (how === "link") of.take(await desk.link(ticket.id, other.id, true));
        else of.take(await desk.setParent(ticket.id, other.id));
        of.reload();
      }}
    >
      <p>{t(words.text)}</p>
      <Choose<DeskTicket>
        label={t("ticket.find")}
        text={text}
        setText={setText}
        legend={t("ticket.list")}
        found={found.data}
        error={found.error}
        none={t("ticket.found", { n: 0 })}
        chosen={other}
        choose={setOther}
        show={(one) => (
          <>
            <span className="ticket-number">{plain(one.reference)}</span>
            <span dir="auto">{plain(one.subject)}</span>
            <span className="quiet" dir="auto">
              {contactName(one.desk.requester)} · {statusName(one.desk.status, statuses)}
            </span>
          </>
        )}
      />
    </FormDialog>
  );
}

/** Without words: the requester's own. Only theirs can be merged. */
async function candidates(
  desk: ReturnType<typeof useTickets>,
  sought: string,
  how: How,
  ticket: DeskTicket,
): Promise<DeskTicket[]> {
  const requester = ticket.desk.requester.id;
  const number = NUMBER.exec(sought)?.[1];
  const all: DeskTicket[] = [];
  if (number)
    all.push(
      ...(await desk.numbered(number).then(
        (one) => [one],
        () => [],
      )),
    );
  if (sought) all.push(...(await desk.search(sought)).results.map((one) => one.ticket));
  else all.push(...(await desk.list({ status: "all", requester })).tickets);
  const once = new Map(all.map((one) => [one.id, one]));
  return [...once.values()].filter(
    (one) => one.id !== ticket.id && !one.merged_into && (how !== "merge" || one.desk.requester.id === requester),
  );
}
