import type { ContactInfo } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { useState } from "react";
import { Avatar } from "../shell/avatar";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { type Choice, Menu } from "../shell/menu";
import { contactName } from "../shell/names";
import { go, href } from "../shell/route";
import { attempt, useAdmin, useDesk } from "../shell/use";
import { t } from "../words";
import { full } from "../words/time";
import { Attributes } from "./attributes";
import { Block, Edit, Write } from "./dialogs";
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
