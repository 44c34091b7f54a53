import { type ContactInfo, uuid } from "@engage/client";
import { useState } from "react";
import { FormDialog } from "../shell/form";
import { contactName } from "../shell/names";
import { toast } from "../shell/toast";
import { useDesk } from "../shell/use";
import { t } from "../words";
import { faults, trouble } from "../words/trouble";

interface AboutProps {
  contact: ContactInfo;
  set(contact: ContactInfo): void;
  close(): void;
}

/** Puts right what is known of somebody. */
export function Edit({ contact, set, close }: AboutProps) {
  const desk = useDesk();
  const [name, setName] = useState(contact.name ?? "");
  const [email, setEmail] = useState(contact.email ?? "");
  const [wrong, setWrong] = useState<Record<string, string>>({});
  return (
    <FormDialog
      title={t("contact.edit")}
      yes={t("save")}
      doing={t("saving")}
      close={close}
      work={async () => {
        setWrong({});
        set(await desk.setContact(contact.id, { name: name.trim() || null, email: email.trim() || null }));
      }}
      tell={(error) => {
        const found = faults(error);
        setWrong(found);
        return Object.values(found).join(" ") || trouble(error);
      }}
    >
      <label className="field">
        <span>{t("name")}</span>
        <input
          dir="auto"
          maxLength={200}
          value={name}
          aria-invalid={Boolean(wrong.name)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label className="field">
        <span>{t("email")}</span>
        <input
          type="email"
          dir="auto"
          maxLength={254}
          value={email}
          aria-invalid={Boolean(wrong.email)}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}

/** Shuts somebody out. */
export function Block({ contact, set, close }: AboutProps) {
  const desk = useDesk();
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      title={t("block.title", { name: contactName(contact) })}
      yes={t("block.do")}
      bad
      close={close}
      work={async () => {
        set(await desk.block(contact.id, true, reason.trim()));
        toast(t("block.done"));
      }}
    >
      <p>{t("block.text")}</p>
      <label className="field">
        <span>{t("block.reason")}</span>
        <input dir="auto" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}

/** Writes to somebody first. */
export function Write({ contact, close, sent }: Omit<AboutProps, "set"> & { sent(id: string): void }) {
  const desk = useDesk();
  const [text, setText] = useState("");
  // The same for every press: sent twice, it is there once.
  const [id] = useState(uuid);
  const body = text.trim();
  return (
    <FormDialog
      title={t("write.to", { name: contactName(contact) })}
      yes={t("send")}
      ready={body !== ""}
      close={close}
      work={async () => sent((await desk.write(contact.id, id, body)).conversation.id)}
    >
      <label className="field">
        <span>{t("message")}</span>
        <textarea
          dir="auto"
          rows={5}
          maxLength={10_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
