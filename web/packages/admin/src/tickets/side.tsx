import type { DeskTicket, TicketEdit } from "@engage/client";
import { plain } from "@engage/react";
import { type ReactNode, useEffect, useId, useState } from "react";
import { Attributes } from "../contact/attributes";
import { PRIORITIES } from "../inbox/filter";
import { Icon } from "../shell/icon";
import { useKnown } from "../shell/known";
import { agentName, contactName } from "../shell/names";
import { href } from "../shell/route";
import { useAgents, useMe, useNow } from "../shell/use";
import { t, told } from "../words";
import { full, lasts } from "../words/time";
import { Chips, OneDialog, TagDialog } from "./chips";
import { filterLink } from "./filter";
import type { Opened, Snapshot } from "./open";
import { Owed } from "./owed";
import { Relations } from "./relations";
import { allStatuses, useStatuses } from "./use";

interface SideProps {
  of: Opened;
  ticket: DeskTicket;
  snapshot: Snapshot;
  close(): void;
}

/** Beside a ticket: whose it is, its fields, what is owed, and what belongs to it. */
export function Side({ of, ticket, snapshot, close }: SideProps) {
  const { desk } = ticket;
  const now = useNow(30_000);
  return (
    <aside className="side" aria-label={t("side.label")}>
      <header className="side-head">
        <h2>{t("side.label")}</h2>
        <button type="button" className="tool" aria-label={t("side.close")} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <Part name={t("ticket.requester")}>
        <p className="fact">
          <a href={href("people", desk.requester.id)} dir="auto">
            {contactName(desk.requester)}
          </a>{" "}
          {desk.requester.email && <bdi className="quiet">{plain(desk.requester.email)}</bdi>}
        </p>
        <a className="link" href={filterLink({ status: "all", requester: desk.requester.id })}>
          {t("ticket.theirs")}
        </a>
      </Part>
      <Fields of={of} ticket={ticket} />
      <People of={of} ticket={ticket} />
      {desk.owed.length > 0 && (
        <Part name={t("ticket.owed")}>
          <ul className="ticket-owed">
            {desk.owed.map((one) => (
              <li key={one.metric}>
                <Owed target={one} now={now} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Relations of={of} ticket={ticket} snapshot={snapshot} />
      <Part name={t("ticket.more")}>
        <p className="fact">
          <span className="quiet">{t("ticket.time")}</span> {lasts(desk.seconds_spent * 1000)}
        </p>
        <p className="fact">
          <span className="quiet">{t("ticket.created")}</span> {full(ticket.created_at)} ·{" "}
          {told("ticket.source", desk.source, desk.source)}
        </p>
        {ticket.rating && (
          <p className="fact">
            <span className="quiet">{t("side.rating")}</span>{" "}
            <span className="rating">
              <Icon name="star" /> {t("rating", { n: ticket.rating.score })}
            </span>
            {ticket.rating.comment && <q dir="auto">{plain(ticket.rating.comment)}</q>}
          </p>
        )}
        <Attributes label={t("ticket.fields")} values={desk.fields} save={(fields) => of.tryEdit({ fields })} />
      </Part>
    </aside>
  );
}

export function Part({ name, children }: { name: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="side-part" aria-labelledby={id}>
      <h3 id={id}>{name}</h3>
      {children}
    </section>
  );
}

/** What has one value each. */
function Fields({ of, ticket }: { of: Opened; ticket: DeskTicket }) {
  const { desk } = ticket;
  const me = useMe();
  const agents = useAgents();
  const { teams } = useKnown();
  const statuses = allStatuses(useStatuses());
  const choose = (
    name: string,
    value: string,
    options: readonly [string, string][],
    edit: (value: string) => TicketEdit,
  ) => (
    <label className="field is-inline">
      <span>{name}</span>
      <select value={value} onChange={(event) => void of.edit(edit(event.currentTarget.value))}>
        {options.map(([key, shown]) => (
          <option key={key} value={key}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
  const known = [
    ...agents,
    ...(desk.assignee && !agents.some((one) => one.id === desk.assignee?.id) ? [desk.assignee] : []),
  ];
  return (
    <Part name={t("ticket.state")}>
      <div className="ticket-fields">
        {choose(
          t("filter.status"),
          desk.status,
          statuses.map((one) => [one.id, one.name]),
          (status) => ({ status }),
        )}
        {choose(
          t("filter.priority"),
          ticket.priority,
          PRIORITIES.map((one) => [one, t(`priority.${one}`)]),
          (value) => ({
            priority: value as DeskTicket["priority"],
          }),
        )}
        {choose(
          t("filter.team"),
          desk.team ?? "",
          [
            ["", t("team.none")],
            ...[...new Set([...teams, ...(desk.team ? [desk.team] : [])])].map((one): [string, string] => [
              one,
              plain(one),
            ]),
          ],
          (team) => ({ team: team || null }),
        )}
        {choose(
          t("filter.assignee"),
          desk.assignee?.id ?? "",
          [
            ["", t("nobody")],
            ...known.map((one): [string, string] => [
              one.id ?? "",
              agentName(one.id ? { id: one.id, name: one.name } : { name: one.name }, me?.id),
            ]),
          ],
          (assignee) => ({ assignee: assignee || null }),
        )}
        <Line
          name={t("ticket.organisation")}
          value={ticket.organisation ?? ""}
          save={(organisation) => of.edit({ organisation: organisation || null })}
        />
        <Due value={desk.due_at} save={(due_at) => of.edit({ due_at })} />
      </div>
    </Part>
  );
}

/** One line that is saved when one leaves it. */
function Line({ name, value, save }: { name: string; value: string; save(text: string): Promise<boolean> }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const keep = () => {
    if (text.trim() !== value) void save(text.trim());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <label className="field is-inline">
        <span>{name}</span>
        <input
          dir="auto"
          maxLength={100}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={keep}
        />
      </label>
    </form>
  );
}

/** A day and a time, in the agent's own time zone, saved when one leaves it. */
function Due({ value, save }: { value: string | null; save(at: string | null): Promise<boolean> }) {
  const known = local(value);
  const [text, setText] = useState(known);
  useEffect(() => setText(known), [known]);
  return (
    <label className="field is-inline">
      <span>{t("ticket.due")}</span>
      <input
        type="datetime-local"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => text !== known && void save(text ? new Date(text).toISOString() : null)}
      />
    </label>
  );
}

function local(at: string | null): string {
  if (!at) return "";
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Tags, who follows, and who gets a copy. */
function People({ of, ticket }: { of: Opened; ticket: DeskTicket }) {
  const { desk } = ticket;
  const me = useMe();
  const agents = useAgents();
  const [asking, setAsking] = useState<"tag" | "cc" | null>(null);
  const others = agents.filter((agent) => !desk.followers.some((one) => one.id === agent.id));
  const follows = desk.followers.some((one) => one.id === me?.id);
  return (
    <>
      <Part name={t("ticket.tags")}>
        <Chips
          all={desk.tags.map((tag) => ({ key: tag, name: tag }))}
          drop={(tag) => void of.edit({ remove_tags: [tag] })}
        >
          <button type="button" className="chip is-new" onClick={() => setAsking("tag")}>
            <Icon name="plus" /> {t("ticket.tag.add")}
          </button>
        </Chips>
      </Part>
      <Part name={t("ticket.followers")}>
        <Chips
          all={desk.followers.map((one) => ({
            key: one.id ?? "",
            name: agentName(one.id ? { id: one.id, name: one.name } : { name: one.name }, me?.id),
          }))}
          drop={(id) => void of.edit({ remove_followers: [id] })}
        >
          {me && !follows && (
            <button type="button" className="chip is-new" onClick={() => void of.edit({ add_followers: [me.id] })}>
              <Icon name="plus" /> {t("ticket.follow")}
            </button>
          )}
        </Chips>
        {others.length > 0 && (
          <select
            aria-label={t("ticket.follower.add")}
            value=""
            onChange={(event) => {
              if (event.currentTarget.value) void of.edit({ add_followers: [event.currentTarget.value] });
            }}
          >
            <option value="">{t("ticket.follower.add")}</option>
            {others.map((one) => (
              <option key={one.id} value={one.id}>
                {agentName(one, me?.id)}
              </option>
            ))}
          </select>
        )}
      </Part>
      <Part name={t("ticket.cc")}>
        <Chips all={desk.cc.map((one) => ({ key: one, name: one }))} drop={(one) => void of.edit({ remove_cc: [one] })}>
          <button type="button" className="chip is-new" onClick={() => setAsking("cc")}>
            <Icon name="plus" /> {t("ticket.cc.add")}
          </button>
        </Chips>
      </Part>
      {asking === "tag" && <TagDialog close={() => setAsking(null)} add={(tag) => of.tryEdit({ add_tags: [tag] })} />}
      {asking === "cc" && (
        <OneDialog
          title={t("ticket.cc.add")}
          label={t("email")}
          kind="email"
          most={254}
          close={() => setAsking(null)}
          add={(one) => of.tryEdit({ add_cc: [one] })}
        />
      )}
    </>
  );
}
