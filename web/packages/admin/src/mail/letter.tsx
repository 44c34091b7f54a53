import type { DeadLetter, MailContent } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { href } from "../shell/route";
import { attempt, isAbsent, useDesk, useLoad } from "../shell/use";
import { t, told } from "../words";
import { full } from "../words/time";
import { trouble } from "../words/trouble";
import { MailFrame } from "./frame";
import { StateBadge, stateOf } from "./state";
import { templateName, useMail } from "./use";

interface LetterProps {
  id: string;
  /** That it was given up. */
  dead: DeadLetter | undefined;
  changed(): void;
}

/** One mail: what became of it, in words, what can be done about it, and what it says while that is kept. */
export function Letter({ id, dead, changed }: LetterProps) {
  const mail = useMail();
  const { data, error, reload } = useLoad(`mail ${id}`, () => mail.record(id), 5_000);
  const again = () => {
    reload();
    changed();
  };
  const back = (
    <a className="link mail-back" href={href("mail", "out")}>
      <Icon name="back" /> {t("back")}
    </a>
  );
  if (!data) {
    // What was promised just now is composed in a moment.
    const text = error && !isAbsent(error) ? trouble(error) : error ? t("mail.not-yet") : t("loading");
    return (
      <section className="mail-letter" aria-label={t("mail.letter")}>
        {back}
        <p className="quiet">{text}</p>
        {dead && <Buried dead={dead} changed={again} />}
      </section>
    );
  }
  const { mail: row, content } = data;
  const state = stateOf(row, dead ? [dead] : []);
  return (
    <section className="mail-letter" aria-label={t("mail.letter")}>
      {back}
      <header className="mail-letter-head">
        <h3 dir="auto">{plain(row.subject)}</h3>
        <StateBadge state={state} />
      </header>
      <p>{told("mail.why", state, "")}</p>
      {row.uncertain && state !== "uncertain" && <p>{t("mail.twice.why")}</p>}
      {row.error && (
        <p className="quiet">
          {t("mail.said")} {told("mail.error", row.error, row.error)}{" "}
          {row.error.startsWith("smtp_") && <code>{row.error}</code>}
        </p>
      )}
      {state === "suppressed" && <Held recipient={row.recipient} />}
      {(state === "refused" || state === "suppressed") && content && (
        <div className="actions is-start">
          <button
            type="button"
            className="button"
            onClick={async () => {
              await attempt(mail.resend(id), t("mail.resent"));
              again();
            }}
          >
            {t("mail.resend")}
          </button>
        </div>
      )}
      {dead && <Buried dead={dead} changed={again} />}
      <dl className="mail-facts">
        <Fact name={t("mail.to")} value={row.recipient} />
        {content && <Fact name={t("mail.from")} value={content.from} />}
        {content?.reply_to && <Fact name={t("mail.reply-to")} value={content.reply_to} />}
        <Fact name={t("mail.at")} value={full(row.created_at)} />
        <Fact name={t("mail.attempts")} value={String(row.attempts)} />
        <Fact name={t("mail.template")} value={templateName(row.template)} />
        <Fact name="Message-ID" value={row.message_id} />
      </dl>
      {content ? <Said content={content} subject={row.subject} /> : <p className="quiet">{t("mail.gone")}</p>}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{plain(value)}</bdi>
      </dd>
    </div>
  );
}

function Held({ recipient }: { recipient: string }) {
  return (
    <p>
      <a className="link" href={href("mail", "suppressed", { find: recipient })}>
        {t("mail.suppressed.show")}
      </a>
    </p>
  );
}

/** What was given up after four days can be tried again, or let go. */
function Buried({ dead, changed }: { dead: DeadLetter; changed(): void }) {
  const desk = useDesk();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const act = async (work: Promise<unknown>, done: string) => {
    setBusy(true);
    await attempt(work, done);
    setBusy(false);
    changed();
  };
  return (
    <div className="actions is-start">
      <button
        type="button"
        className="button is-chief"
        disabled={busy}
        onClick={() => act(desk.release(dead.id), t("dead.released"))}
      >
        {t("dead.release")}
      </button>
      <button type="button" className="button is-bad" disabled={busy} onClick={() => setAsking(true)}>
        {t("dead.discard")}
      </button>
      {asking && (
        <Confirm
          title={t("dead.discard.title")}
          yes={t("dead.discard")}
          act={() => act(desk.discard(dead.id), t("dead.discarded"))}
          close={() => setAsking(false)}
        >
          <p>{t("dead.discard.text")}</p>
        </Confirm>
      )}
    </div>
  );
}

/** What a mail says, as it looks and in plain text. */
export function Said({
  content,
  subject,
}: {
  content: Pick<MailContent, "html" | "text"> & Partial<MailContent>;
  subject: string;
}) {
  const [asText, setAsText] = useState(false);
  return (
    <div className="mail-said">
      <fieldset className="tabs">
        <legend className="aside">{t("mail.shown")}</legend>
        <button type="button" aria-pressed={!asText} onClick={() => setAsText(false)}>
          {t("mail.as-html")}
        </button>
        <button type="button" aria-pressed={asText} onClick={() => setAsText(true)}>
          {t("mail.as-text")}
        </button>
      </fieldset>
      {asText ? (
        <pre dir="auto">{plain(content.text)}</pre>
      ) : (
        <MailFrame html={content.html} title={t("mail.frame", { subject: plain(subject) })} />
      )}
      {content.attachments && content.attachments.length > 0 && (
        <ul className="mail-attached" aria-label={t("mail.attached")}>
          {content.attachments.map((name) => (
            <li key={name} className="chip">
              <Icon name="clip" /> <bdi>{plain(name)}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
