import { type ContactInfo, uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Choose } from "../list/choose";
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
  const { data, error } = useLoad(sought || null, () => desk.contacts(sought));
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
      <Choose<ContactInfo>
        label={t("merge.find")}
        text={text}
        setText={setText}
        legend={t("merge.into")}
        found={sought ? data && others : []}
        error={error}
        none={sought && t("people.none")}
        chosen={into}
        choose={setInto}
        show={(one) => (
          <>
            <span dir="auto">{contactName(one)}</span>
            <span className="quiet" dir="auto">
              {plain(one.email ?? "")}
            </span>
          </>
        )}
      />
    </FormDialog>
  );
}
