import type { DeadLetter, MailRow } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { More, SearchField, usePaged } from "../shell/paged";
import { href } from "../shell/route";
import { useCalm, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { full, short } from "../words/time";
import { trouble } from "../words/trouble";
import { Letter } from "./letter";
import { STATES, StateBadge, stateOf } from "./state";
import { templateName, useMail } from "./use";

/** What became of every mail, the latest first; without a mailer, the mailbox in which they are read. */
export default function Outgoing({ id }: { id: string | null }) {
  const mail = useMail();
  const desk = useDesk();
  const [state, setState] = useState("");
  const [recipient, setRecipient] = useState("");
  const calm = useCalm(recipient.trim(), 300);
  const info = useLoad("mail", () => mail.info());
  const dead = useLoad("dead", () => desk.dead(), 15_000);
  const buried = dead.data?.letters.filter((one) => one.topic === "mail") ?? [];
  const givenUp = state === "given_up";
  const found = usePaged(
    givenUp ? null : `mails ${state} ${calm}`,
    "mails",
    (before) => mail.ledger(state, calm, before),
    10_000,
  );
  const { data, error } = found;
  const changed = () => {
    found.reload();
    dead.reload();
  };
  return (
    <>
      {info.data && !info.data.sending && <p className="mail-note">{t("mail.kept-here")}</p>}
      <div className="page-tools">
        <select aria-label={t("mail.state")} value={state} onChange={(event) => setState(event.currentTarget.value)}>
          <option value="">{t("mail.state.all")}</option>
          {STATES.map((one) => (
            <option key={one} value={one}>
              {t(`mail.state.${one}`)}
            </option>
          ))}
          <option value="given_up">{t("mail.state.given_up")}</option>
        </select>
        {!givenUp && <SearchField label={t("mail.find")} most={254} value={recipient} set={setRecipient} />}
      </div>
      {buried.length > 0 && !givenUp && (
        <p className="mail-note is-bad">
          {t("mail.buried", { n: buried.length })}{" "}
          <button type="button" className="link" onClick={() => setState("given_up")}>
            {t("mail.buried.show")}
          </button>
        </p>
      )}
      <div className={id ? "mail-box is-open" : "mail-box"}>
        <div className="mail-list">
          {!givenUp && !data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
          {(givenUp ? dead.data && buried.length === 0 : data && data.mails.length === 0) && (
            <p className="quiet card-empty">{t("mail.none")}</p>
          )}
          <ul className="mail-rows" aria-label={t("mail.out")}>
            {givenUp
              ? buried.map((one) => (
                  <Row key={one.id} row={fromDead(one)} state="given_up" at={one.due} isOpen={one.id === id} />
                ))
              : data?.mails.map((one) => (
                  <Row key={one.id} row={one} state={stateOf(one, buried)} at={one.created_at} isOpen={one.id === id} />
                ))}
          </ul>
          {!givenUp && <More of={found} />}
        </div>
        {id ? (
          <Letter key={id} id={id} dead={buried.find((one) => one.id === id)} changed={changed} />
        ) : (
          <p className="quiet card-empty mail-pick">{t("mail.pick")}</p>
        )}
      </div>
    </>
  );
}

interface RowProps {
  row: Pick<MailRow, "id" | "recipient" | "subject" | "uncertain">;
  state: string;
  at: string;
  isOpen: boolean;
}

function Row({ row, state, at, isOpen }: RowProps) {
  return (
    <li>
      <a className="mail-row" href={href("mail", `out/${row.id}`)} aria-current={isOpen ? "true" : undefined}>
        <span className="mail-row-top">
          <bdi className="cut-text">{plain(row.recipient)}</bdi>
          <time dateTime={at} title={full(at)}>
            {short(at)}
          </time>
        </span>
        <span className="cut-text" dir="auto">
          {plain(row.subject)}
        </span>
        <span className="mail-row-state">
          <StateBadge state={state} />
          {row.uncertain && state !== "uncertain" && <span className="badge is-warn">{t("mail.twice")}</span>}
        </span>
      </a>
    </li>
  );
}

/** Of what was given up before it was composed, the promise alone is known. */
function fromDead({ id, payload }: DeadLetter): RowProps["row"] {
  const { outgoing } =
    (payload as { mail?: { outgoing?: { to?: { address?: string }; template?: string } } })?.mail ?? {};
  return {
    id,
    recipient: outgoing?.to?.address ?? "?",
    subject: templateName(outgoing?.template ?? ""),
    uncertain: false,
  };
}
