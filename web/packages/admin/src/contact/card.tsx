import { type ContactInfo, uuid } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { useState } from "react";
import { Avatar } from "../shell/avatar";
import { Confirm, Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { type Choice, Menu } from "../shell/menu";
import { contactName } from "../shell/names";
import { go, href } from "../shell/route";
import { attempt, useAdmin, useDesk } from "../shell/use";
import { t } from "../words";
import { full } from "../words/time";
import { faults, trouble } from "../words/trouble";
import { Attributes } from "./attributes";
import { Merge } from "./merge";

interface CardProps {
  contact: ContactInfo;
  set(contact: ContactInfo): void;
  /** Where we are already, so that no link leads there. */
  conversation?: string;
}

/** Who somebody is, to be read and to be put right. */
export function ContactCard({ contact, set, conversation }: CardProps) {
  const desk = useDesk();
  const admin = useAdmin();
  const { client } = useEngage();
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState<"block" | "sessions" | "merge" | "write" | null>(null);
  const name = contactName(contact);
  // A server that knows no blocking never says whether somebody is blocked.
  const blocks = contact.blocked !== undefined;
  const unblock = async () => {
    const answer = desk.block(contact.id, false);
    if (await attempt(answer, t("block.undone"))) set(await answer);
  };
  const choices: Choice[] = [
    { key: "edit", name: t("contact.edit"), act: () => setEditing(true) },
    { key: "write", name: t("contact.write"), act: () => setAsking("write") },
    ...(blocks
      ? [
          contact.blocked
            ? { key: "unblock", name: t("block.undo"), act: unblock }
            : { key: "block", name: t("block.do"), bad: true, act: () => setAsking("block") },
        ]
      : []),
    { key: "sessions", name: t("contact.sessions"), act: () => setAsking("sessions") },
    ...(admin ? [{ key: "merge", name: t("merge.do"), act: () => setAsking("merge") }] : []),
  ];
  return (
    <section className="side-part card" aria-label={name}>
      <div className="card-top">
        <Avatar name={name} />
        <div className="card-who">
          <h3 dir="auto">{name}</h3>
          <p className="quiet" dir="auto">
            {contact.email && plain(contact.email) !== name ? plain(contact.email) : ""}
          </p>
        </div>
        <Menu label={t("contact.actions", { name })} choices={choices} look="tool" title={t("do.more")}>
          <Icon name="more" />
          <span className="aside">{t("contact.actions", { name })}</span>
        </Menu>
      </div>
      <p className="card-facts">
        <span className="badge">{contact.is_member ? t("contact.member") : t("contact.visitor")}</span>
        {!conversation && <span className="quiet">{t("contact.since", { when: full(contact.created_at) })}</span>}
      </p>
      {contact.blocked && (
        <p className="warned">
          <Icon name="warn" />
          <span>
            {t("block.is", {
              who: plain(contact.blocked.by?.name ?? contact.blocked.by?.id ?? "") || t("author.system"),
              when: full(contact.blocked.at),
            })}
            {contact.blocked.reason && <q dir="auto">{plain(contact.blocked.reason)}</q>}
          </span>
        </p>
      )}
      {editing && <Edit contact={contact} set={set} close={() => setEditing(false)} />}
      <Attributes
        label={t("attributes.contact")}
        values={contact.attributes}
        save={async (attributes) => set(await desk.setContact(contact.id, { attributes }))}
      />
      {asking === "block" && <Block contact={contact} set={set} close={() => setAsking(null)} />}
      {asking === "merge" && <Merge contact={contact} close={() => setAsking(null)} />}
      {asking === "write" && (
        <Write
          contact={contact}
          close={() => setAsking(null)}
          sent={(id) => {
            client.getSnapshot();
            go(href("c", id));
          }}
        />
      )}
      {asking === "sessions" && (
        <Confirm
          title={t("contact.sessions")}
          yes={t("contact.sessions.yes")}
          close={() => setAsking(null)}
          act={() => void attempt(desk.endSessions(contact.id), t("contact.sessions.done"))}
        >
          <p>{t("contact.sessions.text", { name })}</p>
        </Confirm>
      )}
    </section>
  );
}

function Edit({ contact, set, close }: { contact: ContactInfo; set(contact: ContactInfo): void; close(): void }) {
  const desk = useDesk();
  const [name, setName] = useState(contact.name ?? "");
  const [email, setEmail] = useState(contact.email ?? "");
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (busy) return;
    setBusy(true);
    try {
      set(await desk.setContact(contact.id, { name: name.trim() || null, email: email.trim() || null }));
      close();
    } catch (error) {
      const found = faults(error);
      setWrong(Object.keys(found).length > 0 ? found : { form: trouble(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("contact.edit")} close={close}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
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
        <p className="fault" role="alert">
          {Object.values(wrong).join(" ")}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" className="button is-chief" disabled={busy}>
            {busy ? t("saving") : t("save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Block({ contact, set, close }: { contact: ContactInfo; set(contact: ContactInfo): void; close(): void }) {
  const desk = useDesk();
  const [reason, setReason] = useState("");
  const block = async () => {
    const answer = desk.block(contact.id, true, reason.trim());
    if (!(await attempt(answer, t("block.done")))) return;
    set(await answer);
    close();
  };
  return (
    <Dialog title={t("block.title", { name: contactName(contact) })} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          block();
        }}
      >
        <p>{t("block.text")}</p>
        <label className="field">
          <span>{t("block.reason")}</span>
          <input dir="auto" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        </label>
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" className="button is-bad">
            {t("block.do")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Write({ contact, close, sent }: { contact: ContactInfo; close(): void; sent(id: string): void }) {
  const desk = useDesk();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  // The same for every press: sent twice, it is there once.
  const [id] = useState(uuid);
  const send = async () => {
    if (busy || !text.trim()) return;
    setBusy(true);
    try {
      const { conversation } = await desk.write(contact.id, id, text.trim());
      close();
      sent(conversation.id);
    } catch (error) {
      setProblem(trouble(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("write.to", { name: contactName(contact) })} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
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
        <p className="fault" role="alert">
          {problem}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" className="button is-chief" disabled={busy}>
            {t("send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
