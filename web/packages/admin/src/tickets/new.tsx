import { type Contact, type Priority, uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { PRIORITIES } from "../inbox/filter";
import { FormDialog } from "../shell/form";
import { contactName } from "../shell/names";
import { go, href } from "../shell/route";
import { toast } from "../shell/toast";
import { useCalm, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { useTickets } from "./use";

/** Opens a ticket for somebody. */
export function Create({ requester = null, close }: { requester?: Contact | null; close(): void }) {
  const desk = useDesk();
  const tickets = useTickets();
  const [key] = useState(uuid);
  const [who, setWho] = useState(requester);
  const [text, setText] = useState("");
  const [subject, setSubject] = useState("");
  const [body, setBody] = useState("");
  const [priority, setPriority] = useState<Priority>("normal");
  const sought = useCalm(text.trim(), 200);
  const found = useLoad(who || !sought ? null : sought, () => desk.contacts(sought));
  return (
    <FormDialog
      title={t("ticket.new")}
      yes={t("ticket.open")}
      ready={who !== null && subject.trim() !== "" && body.trim() !== ""}
      close={close}
      work={async () => {
        if (!who) return;
        const asked = { client_message_id: key, subject: subject.trim(), body, priority };
        const ticket = await tickets.create({ ...asked, requester: who.id });
        tickets.changed(null);
        toast(t("ticket.opened", { number: ticket.reference }));
        go(href("t", ticket.id));
      }}
    >
      {who ? (
        <p className="fact">
          <span className="quiet">{t("ticket.requester")}</span> <bdi>{contactName(who)}</bdi>{" "}
          <button type="button" className="link" onClick={() => setWho(null)}>
            {t("edit")}
          </button>
        </p>
      ) : (
        <>
          <label className="field">
            <span>{t("ticket.requester")}</span>
            <input
              type="search"
              dir="auto"
              maxLength={200}
              placeholder={t("people.find")}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </label>
          {sought && (
            <fieldset className="options">
              <legend className="aside">{t("ticket.requester")}</legend>
              {(found.data?.contacts ?? []).slice(0, 8).map((one) => (
                <label key={one.id} className="option">
                  <input type="radio" name="who" checked={false} onChange={() => setWho(one)} />
                  <span dir="auto">{contactName(one)}</span>
                  <span className="quiet" dir="auto">
                    {plain(one.email ?? "")}
                  </span>
                </label>
              ))}
              {found.data?.contacts.length === 0 && <p className="quiet">{t("people.none")}</p>}
            </fieldset>
          )}
        </>
      )}
      <label className="field">
        <span>{t("ticket.subject")}</span>
        <input dir="auto" maxLength={200} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
      </label>
      <label className="field">
        <span>{t("message")}</span>
        <textarea
          rows={5}
          dir="auto"
          maxLength={50_000}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
        />
      </label>
      <label className="field is-inline">
        <span>{t("filter.priority")}</span>
        <select value={priority} onChange={(event) => setPriority(event.currentTarget.value as Priority)}>
          {PRIORITIES.map((one) => (
            <option key={one} value={one}>
              {t(`priority.${one}`)}
            </option>
          ))}
        </select>
      </label>
    </FormDialog>
  );
}
