import type { DeskTicket, TicketRuleStep } from "@engage/client";
import { plain } from "@engage/react";
import { useState } from "react";
import { Dialog } from "../shell/dialog";
import { useSubmit } from "../shell/form";
import { Icon } from "../shell/icon";
import { useCalm, useLoad, useMe } from "../shell/use";
import { describe } from "../tickets/said";
import { NUMBER } from "../tickets/search";
import { useStatuses, useTickets } from "../tickets/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { CAUSES, type Cause, type Rule, writeRule } from "./model";
import { own } from "./said";

interface Tried {
  ticket: DeskTicket;
  cause: Cause;
  steps: TicketRuleStep[];
}

/** Says what rules would do to a ticket, as they are typed now, without doing it. */
export function Try({ rules, close }: { rules: readonly Rule[]; close(): void }) {
  const desk = useTickets();
  const [text, setText] = useState("");
  const [ticket, setTicket] = useState<DeskTicket | null>(null);
  const [cause, setCause] = useState<Cause>(rules[0]?.on[0] ?? "opened");
  const [tried, setTried] = useState<Tried | null>(null);
  const sought = useCalm(text.trim(), 200);
  const found = useLoad(`try ${sought}`, () => candidates(desk, sought));
  const { busy, problem, submit } = useSubmit(async () => {
    if (!ticket) return;
    const { steps } = await desk.tryRules(ticket.id, cause, rules.map(writeRule));
    setTried({ ticket, cause, steps });
  });
  return (
    <Dialog title={t("rule.try")} close={close} look="is-wide">
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ticket) void submit();
        }}
      >
        <p className="quiet">{t("rule.try.text")}</p>
        <label className="field">
          <span>{t("ticket.find")}</span>
          <input
            type="search"
            dir="auto"
            maxLength={200}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <fieldset className="options rule-tickets">
          <legend className="aside">{t("ticket.list")}</legend>
          {(found.data ?? []).map((one) => (
            <label key={one.id} className="option">
              <input type="radio" name="ticket" checked={ticket?.id === one.id} onChange={() => setTicket(one)} />
              <span className="ticket-number">{plain(one.reference)}</span>
              <span dir="auto">{plain(one.subject)}</span>
            </label>
          ))}
          {found.data?.length === 0 && <p className="quiet">{t("ticket.found", { n: 0 })}</p>}
          {!found.data && <p className="quiet">{found.error ? trouble(found.error) : t("loading")}</p>}
        </fieldset>
        <label className="field">
          <span>{t("rule.try.after")}</span>
          <select value={cause} onChange={(event) => setCause(event.currentTarget.value as Cause)}>
            {CAUSES.map((one) => (
              <option key={one} value={one}>
                {t(`rule.on.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <p className="fault" role="alert">
          {problem}
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {t("close")}
          </button>
          <button type="submit" className="button is-chief" disabled={!ticket || busy}>
            {t("rule.try.do")}
          </button>
        </div>
      </form>
      <div role="status" className="rule-tried">
        {tried && <Outcome tried={tried} rules={rules} />}
      </div>
    </Dialog>
  );
}

/** What each rule would do, and how many do not look at all. */
function Outcome({ tried, rules }: { tried: Tried; rules: readonly Rule[] }) {
  const { ticket, steps } = tried;
  const others = rules.length - steps.length;
  return (
    <>
      <h3>{t("rule.tried", { number: plain(ticket.reference), cause: t(`rule.on.${tried.cause}`) })}</h3>
      <ol className="cards">
        {steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they never change
          <li key={at} className={`rule-step is-${step.result}`}>
            <Icon name={step.result === "broken" ? "warn" : acts(step) ? "check" : "pause"} />
            <div>
              <strong dir="auto">{plain(step.rule)}</strong>
              <Step step={step} />
            </div>
          </li>
        ))}
      </ol>
      {steps.length === 0 && <p>{t("rule.tried.none")}</p>}
      {others > 0 && <p className="quiet">{t("rule.tried.others", { n: others })}</p>}
    </>
  );
}

const acts = (step: TicketRuleStep) => step.result === "done" && step.entries.length > 0;

function Step({ step }: { step: TicketRuleStep }) {
  const statuses = useStatuses();
  const me = useMe()?.id;
  if (!acts(step)) {
    const nothing = step.result === "done" ? "so" : step.result;
    return (
      <p className="quiet">
        {t(`rule.tried.${nothing}`)}
        {step.detail && <bdi> {plain(step.detail)}</bdi>}
      </p>
    );
  }
  const said = step.entries.flatMap((entry) => {
    if (entry.type === "acted") return [];
    if (entry.type === "reply" || entry.type === "note")
      return [t("rule.is", { what: t(`rule.do.${entry.type}`), value: `“${own(entry.body)}”` })];
    return describe(entry, statuses, me) || [];
  });
  return (
    <ul>
      {said.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

async function candidates(desk: ReturnType<typeof useTickets>, sought: string): Promise<DeskTicket[]> {
  const number = NUMBER.exec(sought)?.[1];
  const exact = number ? await desk.numbered(number).catch(() => null) : null;
  const found = sought
    ? (await desk.search(sought)).results.map((one) => one.ticket)
    : (await desk.list({ status: "all" }, null, 8)).tickets;
  const once = new Map([...(exact ? [exact] : []), ...found].map((one) => [one.id, one]));
  return [...once.values()].filter((one) => !one.merged_into).slice(0, 8);
}
