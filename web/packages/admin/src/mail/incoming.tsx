import { plain } from "@engage/react";
import { useState } from "react";
import { Icon } from "../shell/icon";
import { More, usePaged } from "../shell/paged";
import { href } from "../shell/route";
import { useLoad } from "../shell/use";
import { t, told } from "../words";
import { full, short } from "../words/time";
import { trouble } from "../words/trouble";
import { useMail } from "./use";

const STATES = ["waiting", "claimed", "unclaimed", "automatic", "bounce", "loop"] as const;

/** What came in by mail, the latest first, and what was made of it. */
export default function Incoming({ id }: { id: string | null }) {
  const mail = useMail();
  const [state, setState] = useState("");
  const found = usePaged(`received ${state}`, "mails", (before) => mail.received(state, before), 10_000);
  const { data, error } = found;
  return (
    <>
      <div className="page-tools">
        <select aria-label={t("mail.state")} value={state} onChange={(event) => setState(event.currentTarget.value)}>
          <option value="">{t("mail.state.all")}</option>
          {STATES.map((one) => (
            <option key={one} value={one}>
              {t(`mail.in.${one}`)}
            </option>
          ))}
        </select>
      </div>
      <div className={id ? "mail-box is-open" : "mail-box"}>
        <div className="mail-list">
          {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
          {data && data.mails.length === 0 && <p className="quiet card-empty">{t("mail.in.none")}</p>}
          <ul className="mail-rows" aria-label={t("mail.in")}>
            {data?.mails.map((one) => (
              <li key={one.id}>
                <a
                  className="mail-row"
                  href={href("mail", `in/${one.id}`)}
                  aria-current={one.id === id ? "true" : undefined}
                >
                  <span className="mail-row-top">
                    <bdi className="cut-text">{plain(one.sender || "?")}</bdi>
                    <time dateTime={one.received_at} title={full(one.received_at)}>
                      {short(one.received_at)}
                    </time>
                  </span>
                  <span className="cut-text" dir="auto">
                    {plain(one.subject)}
                  </span>
                  <span className="mail-row-state">
                    <Made state={one.state} />
                  </span>
                </a>
              </li>
            ))}
          </ul>
          <More of={found} />
        </div>
        {id ? <Letter key={id} id={id} /> : <p className="quiet card-empty mail-pick">{t("mail.pick")}</p>}
      </div>
    </>
  );
}

function Made({ state }: { state: string }) {
  const look = state === "bounce" ? "is-bad" : state === "unclaimed" ? "is-warn" : "";
  return <span className={`badge ${look}`}>{told("mail.in", state, state)}</span>;
}

function Letter({ id }: { id: string }) {
  const mail = useMail();
  const { data, error } = useLoad(`received ${id}`, () => mail.receivedOne(id));
  const conversation = data?.mail.thread?.match(/^chat:(.+)$/)?.[1];
  return (
    <section className="mail-letter" aria-label={t("mail.letter")}>
      <a className="link mail-back" href={href("mail", "in")}>
        <Icon name="back" /> {t("back")}
      </a>
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      {data && (
        <>
          <header className="mail-letter-head">
            <h3 dir="auto">{plain(data.mail.subject)}</h3>
            <Made state={data.mail.state} />
          </header>
          <p>{told("mail.in.why", data.mail.state, "")}</p>
          <p className="quiet">
            <bdi>{plain(data.mail.sender || "?")}</bdi> · {full(data.mail.received_at)}
          </p>
          {conversation && (
            <p>
              <a className="button is-small" href={href("c", conversation)}>
                {t("sent.chat")}
              </a>
            </p>
          )}
          {data.text === null ? (
            <p className="quiet">{t("mail.in.gone")}</p>
          ) : (
            <pre className="mail-text" dir="auto">
              {plain(data.text)}
            </pre>
          )}
          {data.quoted && (
            <details>
              <summary>{t("mail.quoted")}</summary>
              <pre dir="auto">{plain(data.quoted)}</pre>
            </details>
          )}
          {data.attachments.length > 0 && (
            <ul className="mail-attached" aria-label={t("mail.attached")}>
              {data.attachments.map((name) => (
                <li key={name} className="chip">
                  <Icon name="clip" /> <bdi>{plain(name)}</bdi>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}
