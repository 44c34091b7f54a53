import { type ContactInfo, uuid } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Dialog } from "../shell/dialog";
import { contactName } from "../shell/names";
import { toast } from "../shell/toast";
import { useCalm, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";

/** Makes one of two contacts: the other stays, and gets the conversations of both. */
export function Merge({ contact, close }: { contact: ContactInfo; close(): void }) {
  const desk = useDesk();
  const [text, setText] = useState(contact.email ?? contact.name ?? "");
  const [into, setInto] = useState<ContactInfo | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [key] = useState(uuid);
  const sought = useCalm(text.trim(), 200);
  const { data } = useLoad(sought || null, () => desk.contacts(sought));
  const others = (data?.contacts ?? []).filter((one) => one.id !== contact.id);
  const merge = async () => {
    if (!into || busy) return;
    setBusy(true);
    try {
      await desk.merge(contact.id, into.id, key);
      toast(t("merge.done", { name: contactName(into) }));
      close();
    } catch (error) {
      setProblem(trouble(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("merge.title", { name: contactName(contact) })} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          merge();
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
        <p className="fault" role="alert">
          {problem}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" className="button is-bad" disabled={!into || busy}>
            {t("merge.do")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
