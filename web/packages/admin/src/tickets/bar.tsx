import type { DeskTicket } from "@engage/client";
import { plain } from "@engage/react";
import { Suspense, useRef, useState } from "react";
import { peopleNow, priorities, teamChoices, times } from "../list/choices";
import { Icon } from "../shell/icon";
import { useCommands } from "../shell/keys";
import { useKnown } from "../shell/known";
import { later } from "../shell/later";
import { type Choice, Menu } from "../shell/menu";
import { agentName, contactName } from "../shell/names";
import { toast } from "../shell/toast";
import { attempt, useAgents, useMe, useNow } from "../shell/use";
import { t } from "../words";
import { full, short } from "../words/time";
import { TagDialog } from "./chips";
import { Subject, Time } from "./dialogs";
import type { Opened } from "./open";
import { Owed } from "./owed";
import { Relate } from "./picker";
import { Flag, nextOwed } from "./row";
import { allStatuses, statusName, useStatuses } from "./use";

interface BarProps {
  of: Opened;
  ticket: DeskTicket;
  back(): void;
  side(): void;
  sideOpen: boolean;
  /** Begins to choose what goes into a ticket of its own. */
  split(): void;
}

/** What the ticket is about, how it stands, and what can be done with it. */
export function Bar({ of, ticket, back, side, sideOpen, split }: BarProps) {
  const { desk } = ticket;
  const now = useNow(30_000);
  const statuses = useStatuses();
  const next = nextOwed(ticket);
  return (
    <header className="talk-head">
      <button type="button" className="tool only-phone" aria-label={t("back")} onClick={back}>
        <Icon name="back" />
      </button>
      <div className="contact">
        <h2 dir="auto" title={plain(ticket.subject)}>
          {plain(ticket.subject)}
        </h2>
        <p className="quiet">
          <span className="ticket-number">{plain(ticket.reference)}</span>
          <span className="cut-text" dir="auto">
            {contactName(desk.requester)}
          </span>
          <span className={`badge is-ticket-${desk.category}`}>{statusName(desk.status, statuses)}</span>
          {desk.snoozed_until && (
            <span className="badge is-snoozed" title={full(desk.snoozed_until)}>
              {t("snoozed.until", { when: short(desk.snoozed_until) })}
            </span>
          )}
          <Flag priority={ticket.priority} />
          {next && <Owed target={next} now={now} />}
          {ticket.rating && (
            <span className="rating" title={plain(ticket.rating.comment ?? "")}>
              <Icon name="star" /> {t("rating", { n: ticket.rating.score })}
            </span>
          )}
        </p>
      </div>
      {!ticket.merged_into && <Tools of={of} ticket={ticket} split={split} />}
      <button
        type="button"
        className="tool"
        aria-label={t("key.aside")}
        title={t("key.aside")}
        aria-expanded={sideOpen}
        onClick={side}
      >
        <Icon name="panel" />
      </button>
    </header>
  );
}

const RunMacro = later(() => import("../rules/run"));

type Asking = "macro" | "tag" | "time" | "subject" | "merge" | "link" | "parent" | null;

function Tools({ of, ticket, split }: Pick<BarProps, "of" | "ticket" | "split">) {
  const me = useMe();
  const agents = useAgents();
  const { teams } = useKnown();
  const own = useStatuses();
  const [asking, setAsking] = useState<Asking>(null);
  const assigner = useRef<HTMLButtonElement>(null);
  const stater = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const snoozer = useRef<HTMLButtonElement>(null);
  const { desk } = ticket;
  const done = desk.category === "solved" || desk.category === "closed";

  const assign = async (agent: string | null) => {
    const before = desk.assignee?.id ?? null;
    if (before === agent || !(await of.edit({ assignee: agent }))) return;
    const who =
      agent === null
        ? t("nobody")
        : agentName(agents.find((one) => one.id === agent) ?? { id: agent, name: null }, me?.id);
    toast(t("done.assigned", { who }), () => void of.edit({ assignee: before }));
  };
  const become = async (status: string) => {
    const before = desk.status;
    if (before === status || !(await of.edit({ status }))) return;
    toast(statusName(status, own), () => void of.edit({ status: before }));
  };
  useCommands({
    mine: () => me && void assign(me.id),
    assign: () => assigner.current?.click(),
    close: () => void become(done ? "open" : "solved"),
    snooze: () => snoozer.current?.click(),
    label: () => setAsking("tag"),
    macro: () => setAsking("macro"),
    priority: () => more.current?.click(),
  });

  const owners: Choice[] = [
    ...peopleNow(agents, me?.id, desk.assignee?.id ?? null, (agent) => void assign(agent)),
    ...teamChoices(teams, "filter.team", (team) => void of.edit({ team }), desk.team),
    ...(desk.team ? [{ key: "no-team", name: t("team.none"), act: () => void of.edit({ team: null }) }] : []),
  ];
  const naps: Choice[] = [
    ...times((snoozed_until) => void of.edit({ snoozed_until })),
    ...(desk.snoozed_until
      ? [{ key: "wake", name: t("ticket.wake"), act: () => void of.edit({ snoozed_until: null }) }]
      : []),
  ];
  const extra: Choice[] = [
    ...priorities((one) => void of.edit({ priority: one }), ticket.priority),
    { key: "macro", group: t("do.more"), name: t("macro.apply.one"), act: () => setAsking("macro") },
    { key: "subject", name: t("ticket.rename"), act: () => setAsking("subject") },
    { key: "tag", name: t("ticket.tag.add"), act: () => setAsking("tag") },
    { key: "time", name: t("ticket.time.add"), act: () => setAsking("time") },
    { key: "merge", name: t("ticket.merge"), act: () => setAsking("merge") },
    { key: "split", name: t("ticket.split"), act: split },
    { key: "link", name: t("ticket.link"), act: () => setAsking("link") },
    { key: "parent", name: t("ticket.parent.set"), act: () => setAsking("parent") },
    {
      key: "copy",
      name: t("do.link"),
      act: () => void attempt(navigator.clipboard.writeText(location.href), t("copied")),
    },
  ];
  const close = () => setAsking(null);
  return (
    <div className="tools">
      <Menu label={t("do.assign")} choices={owners} button={assigner}>
        <span className="aside">{t("assigned.to")} </span>
        {desk.assignee === null ? t("nobody") : agentName(desk.assignee, me?.id)}
        {desk.team && <span className="quiet"> · {plain(desk.team)}</span>}
      </Menu>
      <Menu
        label={t("filter.status")}
        button={stater}
        choices={allStatuses(own).map(({ id, name }) => ({
          key: id,
          name,
          chosen: id === desk.status,
          act: () => void become(id),
        }))}
      >
        <span className="aside">{t("filter.status")} </span>
        {statusName(desk.status, own)}
        <Icon name="down" />
      </Menu>
      {!done && (
        <Menu label={t("do.snooze")} button={snoozer} choices={naps} look="tool" title={t("do.snooze")}>
          <Icon name="clock" />
          <span className="aside">{t("do.snooze")}</span>
        </Menu>
      )}
      <Menu label={t("do.more")} choices={extra} button={more} look="tool" title={t("do.more")}>
        <Icon name="more" />
        <span className="aside">{t("do.more")}</span>
      </Menu>
      {asking === "macro" && (
        <Suspense>
          <RunMacro tickets={[ticket.id]} close={close} />
        </Suspense>
      )}
      {asking === "tag" && <TagDialog close={close} add={(tag) => void of.edit({ add_tags: [tag] })} />}
      {asking === "time" && <Time of={of} ticket={ticket} close={close} />}
      {asking === "subject" && <Subject of={of} ticket={ticket} close={close} />}
      {(asking === "merge" || asking === "link" || asking === "parent") && (
        <Relate how={asking} of={of} ticket={ticket} close={close} />
      )}
    </div>
  );
}
