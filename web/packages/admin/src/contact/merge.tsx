import { type ContactInfo, uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { FormDialog } from "../shell/form";
import { contactName } from "../shell/names";
import { toast } from "../shell/toast";
import { useCalm, useDesk, useLoad } from "../shell/use";
import { t } from "../words";

/** Makes one of two contacts: the other stays, and gets the conversations of both. */
export function Merge({ contact, close }: { contact: ContactInfo; close(): void }) {
  const desk = useDesk();
  const [text, setText] = useState(contact.email ?? contact.name ?? "");
  const [into, setInto] = useState<ContactInfo | null>(null);
  const [key] = useState(uuid);
  const sought = useCalm(text.trim(), 200);
  const { data } = useLoad(sought || null, () => desk.contacts(sought));
  const others = (data?.contacts ?? []).filter((one) => one.id !== contact.id);
  return (
    <FormDialog
      title={t("merge.title", { name: contactName(contact) })}
      yes={t("merge.do")}
      bad
      ready={into !== null}
      close={close}
      work={async () => {
        if (!into) return;
        await desk.merge(contact.id, into.id, key);
        toast(t("merge.done", { name: contactName(into) }));
      }}
    >
      <p>{t("merge.text")}</p>
      <label className="field">
        <span>{t("merge.find")}</span>
        <input
          type="search"
          dir="auto"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <fieldset className="options">
        <legend className="aside">{t("merge.into")}</legend>
        {others.map((one) => (
          <label key={one.id} className="option">
            <input type="radio" name="into" checked={into?.id === one.id} onChange={() => setInto(one)} />
            <span dir="auto">{contactName(one)}</span>
            <span className="quiet" dir="auto">
              {plain(one.email ?? "")}
            </span>
          </label>
        ))}
        {data && others.length === 0 && <p className="quiet">{t("people.none")}</p>}
      </fieldset>
    </FormDialog>
  );
}
