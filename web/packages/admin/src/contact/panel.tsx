import type { Conversation } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { useEffect, useState } from "react";
import { LabelDialog } from "../inbox/label";
import { Icon } from "../shell/icon";
import { attempt, isAbsent, useDesk, useLoad } from "../shell/use";
import { languageName } from "../talk/line";
import { t } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { Attributes } from "./attributes";
import { ContactCard } from "./card";
import { History } from "./history";
import { Pages } from "./pages";
import { ContactTickets } from "./tickets";

const LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ar", "ja", "zh", "ko"];

/** Beside a conversation: who the visitor is, what is known of this conversation, and what was before. */
export default function Panel({ conversation, close }: { conversation: Conversation; close(): void }) {
  const desk = useDesk();
  const { client } = useEngage();
  const contact = conversation.contact?.id ?? null;
  const { data, error, set, reload } = useLoad(contact, () => desk.contact(contact ?? ""));
  const card = conversation.contact;
  // The visitor may say who they are while we look.
  useEffect(() => reload(), [card?.name, card?.email, reload]);
  return (
    <aside className="side" aria-label={t("side.label")}>
      <header className="side-head">
        <h2>{t("side.label")}</h2>
        <button type="button" className="tool" aria-label={t("side.close")} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {data ? (
        <ContactCard contact={data} set={set} conversation={conversation.id} />
      ) : (
        <p className="quiet side-part">
          {error ? (isAbsent(error) ? t("contact.gone") : trouble(error)) : t("loading")}
        </p>
      )}
      <section className="side-part" aria-labelledby="side-talk">
        <h3 id="side-talk">{t("side.talk")}</h3>
        <Labels conversation={conversation} />
        <label className="field is-inline">
          <span>{t("side.language")}</span>
          <select
            value={conversation.language ?? ""}
            onChange={(event) => {
              const language = event.currentTarget.value || null;
              attempt(client.command(conversation.id, { language }, () => desk.language(conversation.id, language)));
            }}
          >
            <option value="">{t("side.any-language")}</option>
            {[...new Set([...LANGUAGES, ...(conversation.language ? [conversation.language] : [])])].map((tag) => (
              <option key={tag} value={tag}>
                {languageName(tag)}
              </option>
            ))}
          </select>
        </label>
        <p className="fact">
          <span className="quiet">{t("side.began")}</span> {full(conversation.created_at)}
        </p>
        {conversation.rating && (
          <p className="fact">
            <span className="quiet">{t("side.rating")}</span>{" "}
            <span className="rating">
              <Icon name="star" /> {t("rating", { n: conversation.rating.score })}
            </span>
            {conversation.rating.comment && <q dir="auto">{plain(conversation.rating.comment)}</q>}
          </p>
        )}
        <Attributes
          label={t("attributes.talk")}
          values={conversation.attributes ?? {}}
          save={(change) => client.command(conversation.id, {}, () => desk.attributes(conversation.id, change))}
        />
      </section>
      <Pages conversation={conversation.id} />
      {card && <ContactTickets contact={card} />}
      {contact && <History contact={contact} current={conversation} />}
    </aside>
  );
}

function Labels({ conversation }: { conversation: Conversation }) {
  const desk = useDesk();
  const { client } = useEngage();
  const [adding, setAdding] = useState(false);
  const labels = conversation.labels ?? [];
  const change = (next: string[], how: { add?: string[]; remove?: string[] }) =>
    void attempt(client.command(conversation.id, { labels: next }, () => desk.labels(conversation.id, how)));
  return (
    <div className="labels">
      {labels.map((label) => (
        <span key={label} className="chip" dir="auto">
          {plain(label)}
          <button
            type="button"
            aria-label={t("label.remove", { label: plain(label) })}
            onClick={() =>
              change(
                labels.filter((one) => one !== label),
                { remove: [label] },
              )
            }
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
      <button type="button" className="chip is-new" onClick={() => setAdding(true)}>
        <Icon name="plus" /> {t("label.add")}
      </button>
      {adding && (
        <LabelDialog
          close={() => setAdding(false)}
          add={(label) => change([...new Set([...labels, label])].sort(), { add: [label] })}
        />
      )}
    </div>
  );
}
