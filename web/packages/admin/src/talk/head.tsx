import type { ChatView, Conversation } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { Suspense, useRef, useState } from "react";
import { LabelDialog } from "../inbox/label";
import { naps, peopleNow, priorities, teamChoices } from "../list/choices";
import { Icon } from "../shell/icon";
import { useCommands } from "../shell/keys";
import { useKnown } from "../shell/known";
import { later } from "../shell/later";
import { type Choice, Menu } from "../shell/menu";
import { agentName, contactName } from "../shell/names";
import { go, href } from "../shell/route";
import { toast } from "../shell/toast";
import { attempt, useAgents, useDesk, useMe, useSelect } from "../shell/use";
import { t } from "../words";
import { full, short } from "../words/time";
import { markUnread } from "./unread";

const FromChat = later(() => import("../tickets/dialogs"));

interface HeadProps {
  id: string;
  view: ChatView;
  watch: boolean;
  back(): void;
  panel(): void;
  panelOpen: boolean;
}

/** Whose conversation it is, how it stands, and what can be done with it. */
export function TalkHead({ id, view, watch, back, panel, panelOpen }: HeadProps) {
  const { conversation } = view;
  const name = contactName(conversation?.contact);
  const email = plain(conversation?.contact?.email ?? "");
  return (
    <header className="talk-head">
      <button type="button" className="tool only-phone" aria-label={t("back")} onClick={back}>
        <Icon name="back" />
      </button>
      <div className="contact">
        <h2 dir="auto">{name}</h2>
        <p className="quiet">
          {email && email !== name && <span dir="auto">{email}</span>}
          {conversation && conversation.status !== "open" && (
            <span className={`badge is-${conversation.status}`}>
              {t(`status.${conversation.status}`)}
              {conversation.snoozed_until && (
                <time dateTime={conversation.snoozed_until} title={full(conversation.snoozed_until)}>
                  {" "}
                  {t("snoozed.until", { when: short(conversation.snoozed_until) })}
                </time>
              )}
            </span>
          )}
          {conversation?.priority && conversation.priority !== "normal" && (
            <span className={`flag is-${conversation.priority}`}>
              <Icon name="flag" /> {t(`priority.${conversation.priority}`)}
            </span>
          )}
          {conversation?.rating && (
            <span className="rating" title={plain(conversation.rating.comment ?? "")}>
              <Icon name="star" /> {t("rating", { n: conversation.rating.score })}
            </span>
          )}
          {conversation?.bot && <span className="badge">{t("author.bot")}</span>}
          {!view.live && conversation && <span>{t("talk.behind")}</span>}
        </p>
      </div>
      {conversation && <Tools id={id} conversation={conversation} watch={watch} />}
      <button
        type="button"
        className="tool"
        aria-label={t("key.aside")}
        title={t("key.aside")}
        aria-expanded={panelOpen}
        onClick={panel}
      >
        <Icon name="panel" />
      </button>
    </header>
  );
}

function Tools({ id, conversation, watch }: { id: string; conversation: Conversation; watch: boolean }) {
  const { client } = useEngage();
  const desk = useDesk();
  const me = useMe();
  const agents = useAgents();
  const { teams } = useKnown();
  const [labels, setLabels] = useState(false);
  const [ticket, setTicket] = useState(false);
  const assigner = useRef<HTMLButtonElement>(null);
  const snoozer = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const { assignee, status, priority } = conversation;
  const closed = status === "closed";

  const assign = async (agent: string | null) => {
    const before = assignee?.id ?? null;
    if (before === agent || !(await attempt(client.assign(id, agent, before)))) return;
    const who =
      agent === null
        ? t("nobody")
        : agentName(agents.find((one) => one.id === agent) ?? { id: agent, name: null }, me?.id);
    toast(t("done.assigned", { who }), () => void attempt(client.assign(id, before, agent)));
  };
  const setStatus = async (next: "open" | "closed" | "snoozed", until?: string | null) => {
    const before = { status, until: conversation.snoozed_until ?? null };
    if (!(await attempt(client.setStatus(id, next, until)))) return;
    const undo = () =>
      void attempt(client.setStatus(id, before.status, before.status === "snoozed" ? before.until : undefined));
    toast(t(`done.${next}`), undo);
  };
  const setPriority = (next: NonNullable<typeof priority>) =>
    void attempt(client.command(id, { priority: next }, () => desk.priority(id, next)));
  const transfer = async (team: string | null) => {
    const name = team === null ? t("team.none") : plain(team);
    await attempt(
      client.command(id, { team, assignee: null }, () => desk.transfer(id, team)),
      t("done.team", { name }),
    );
  };
  const unread = async () => {
    if (!(await attempt(markUnread(client, desk, id), t("done.unread")))) return;
    // Who stays in it has it before their eyes.
    go(href("inbox"));
  };
  useCommands({
    unread: () => void unread(),
    mine: () => me && void assign(me.id),
    close: () => void setStatus(closed ? "open" : "closed"),
    assign: () => assigner.current?.click(),
    snooze: () => snoozer.current?.click(),
    label: () => setLabels(true),
    priority: () => more.current?.click(),
  });

  const owners: Choice[] = [
    ...peopleNow(
      agents,
      me?.id,
      assignee?.id ?? null,
      (agent) => void assign(agent),
      ({ open }) => t("agent.open", { n: open }),
    ),
    ...teamChoices(teams, "do.transfer", (team) => void transfer(team), assignee ? null : conversation.team),
    ...(conversation.team ? [{ key: "no-team", name: t("team.none"), act: () => void transfer(null) }] : []),
  ];
  const save = (format: "text" | "html", notes: boolean) => ({
    key: `${format}-${notes}`,
    ...(format === "text" && !notes && { group: t("transcript") }),
    name: t(notes ? `transcript.${format}.notes` : `transcript.${format}`),
    act: () => void attempt(download(client.base, id, format, notes)),
  });
  const extra: Choice[] = [
    ...priorities(setPriority, priority ?? "normal"),
    { key: "label", group: t("do.more"), name: t("do.label"), act: () => setLabels(true) },
    { key: "unread", name: t("do.unread"), act: unread },
    { key: "ticket", name: t("ticket.from-chat"), act: () => setTicket(true) },
    watch
      ? { key: "join", name: t("watch.join"), act: () => go(href("c", id), true) }
      : { key: "watch", name: t("watch.begin"), act: () => go(href("c", id, { watch: "1" }), true) },
    {
      key: "link",
      name: t("do.link"),
      act: () => void attempt(navigator.clipboard.writeText(location.href), t("copied")),
    },
    save("text", false),
    save("text", true),
    save("html", false),
    save("html", true),
  ];
  return (
    <div className="tools">
      <Menu label={t("do.assign")} choices={owners} button={assigner}>
        <span className="aside">{t("assigned.to")} </span>
        {assignee === null ? t("nobody") : agentName(assignee, me?.id)}
        {conversation.team && <span className="quiet"> · {plain(conversation.team)}</span>}
      </Menu>
      {!closed && (
        <Menu label={t("do.snooze")} button={snoozer} choices={naps((until) => void setStatus("snoozed", until))}>
          {t("do.snooze")}
        </Menu>
      )}
      <button type="button" className="button" onClick={() => void setStatus(status === "open" ? "closed" : "open")}>
        {status === "open" ? t("do.close") : t("do.reopen")}
      </button>
      <Menu label={t("do.more")} choices={extra} button={more} look="tool" title={t("do.more")}>
        <Icon name="more" />
        <span className="aside">{t("do.more")}</span>
      </Menu>
      <Teams mine={me?.teams} />
      {ticket && (
        <Suspense fallback={null}>
          <FromChat conversation={id} close={() => setTicket(false)} />
        </Suspense>
      )}
      {labels && (
        <LabelDialog
          close={() => setLabels(false)}
          add={(label) => void attempt(client.command(id, {}, () => desk.labels(id, { add: [label] })))}
        />
      )}
    </div>
  );
}

/** Looks again who is there when a conversation is opened: how much each has open is told by nobody. */
function Teams({ mine }: { mine: readonly string[] | undefined }) {
  const { client } = useEngage();
  const asked = useRef(false);
  const ready = useSelect((state) => state.link.phase === "ready");
  if (ready && !asked.current && mine) {
    asked.current = true;
    client.refreshAgents().catch(() => {});
  }
  return null;
}

/** Fetches the transcript and hands it to the browser as a file. */
async function download(base: string, id: string, format: "text" | "html", notes: boolean): Promise<void> {
  const answer = await fetch(`${base}/v1/chat/conversations/${id}/transcript?format=${format}&notes=${notes}`);
  if (!answer.ok) throw Object.assign(new Error("transcript"), { failure: { code: `http_${answer.status}` } });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `conversation-${id.slice(-8)}.${format === "text" ? "txt" : "html"}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
