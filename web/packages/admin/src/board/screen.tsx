import type { Agent, Conversation, ServerFrame } from "@engage/client";
import { plain, useEngage } from "@engage/react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { agentName, contactName } from "../shell/names";
import { href } from "../shell/route";
import { attempt, useAdmin, useAgents, useDesk, useLoad, useMe, useNow, useOnline } from "../shell/use";
import { languageName } from "../talk/line";
import { t } from "../words";
import { lasts } from "../words/time";
import { trouble } from "../words/trouble";

/** What changed is asked for once in this time, however much comes, in ms. */
const CALM = 1_000;
const RANK = { urgent: 0, high: 1, normal: 2, low: 3 } as const;
const PRESENCE = { online: 0, away: 1, offline: 2 } as const;

/** Who is there, how much each has, and who waits how long: for whoever keeps an eye on all of it. */
export default function Board() {
  const agents = useAgents();
  const turn = useTurn();
  const desk = useDesk();
  const waiting = useLoad(
    "waiting",
    () => desk.conversations({ status: "open", assignee: "none", limit: 100 }),
    30_000,
  );
  const open = useLoad("open", () => desk.conversations({ status: "open", limit: 100 }), 30_000);
  useEffect(() => {
    if (turn === 0) return;
    waiting.reload();
    open.reload();
  }, [turn, waiting.reload, open.reload]);
  const queue = useMemo(() => [...(waiting.data?.conversations ?? [])].sort(byTurn), [waiting.data]);
  const busy = (open.data?.conversations ?? []).filter((one) => one.assignee !== null);
  const staff = [...agents].sort(
    (a, b) => PRESENCE[a.status] - PRESENCE[b.status] || agentName(a).localeCompare(agentName(b)),
  );
  const online = agents.filter((agent) => agent.status === "online").length;
  return (
    <main className="page board" aria-labelledby="board-title">
      <header className="page-head">
        <h2 id="board-title">{t("nav.board")}</h2>
      </header>
      <dl className="figures">
        <Figure name={t("board.waiting")} value={String(queue.length)} more={Boolean(waiting.data?.next)} />
        <Figure name={t("board.longest")} value={<Longest queue={queue} />} />
        <Figure name={t("board.online")} value={`${online} / ${agents.length}`} />
        <Figure name={t("board.answered")} value={String(busy.length)} more={Boolean(open.data?.next)} />
      </dl>
      <div className="board-columns">
        <section aria-labelledby="board-queue">
          <h3 id="board-queue">{t("board.queue")}</h3>
          {queue.length > 0 ? (
            <Queue queue={queue} />
          ) : (
            <p className="quiet card-empty">
              {waiting.error && !waiting.data
                ? trouble(waiting.error)
                : waiting.data
                  ? t("board.nobody")
                  : t("loading")}
            </p>
          )}
        </section>
        <section aria-labelledby="board-agents">
          <h3 id="board-agents">{t("board.agents")}</h3>
          <ul className="agents">
            {staff.map((agent) => (
              <AgentCard key={agent.id} agent={agent} talks={busy.filter((one) => one.assignee?.id === agent.id)} />
            ))}
          </ul>
        </section>
      </div>
    </main>
  );
}

/** A number that grows when conversations or colleagues have changed. */
function useTurn(): number {
  const { client } = useEngage();
  const online = useOnline();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      timer = undefined;
      setTurn((old) => old + 1);
      client.refreshAgents().catch(() => {});
    };
    look();
    const stop = client.hear((frame: ServerFrame) => {
      if (frame.type === "inbox" || frame.type === "presence") timer ??= setTimeout(look, CALM);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, online]);
  return turn;
}

function Figure({ name, value, more = false }: { name: string; value: ReactNode; more?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {more && "+"}
      </dd>
    </div>
  );
}

function Longest({ queue }: { queue: readonly Conversation[] }) {
  const now = useNow(1_000);
  const since = queue.map(sinceWhen).filter((at): at is string => at !== null);
  const first = since.sort()[0];
  return first ? lasts(now - Date.parse(first)) : "–";
}

function Queue({ queue }: { queue: readonly Conversation[] }) {
  const { client } = useEngage();
  const me = useMe();
  const now = useNow(1_000);
  return (
    <ol className="queue">
      {queue.map((one) => (
        <li key={one.id} className="queue-row">
          <a href={href("c", one.id)}>
            <span className="row-top">
              <span className="who" dir="auto">
                {contactName(one.contact)}
              </span>
              {one.priority && one.priority !== "normal" && (
                <span className={`flag is-${one.priority}`}>
                  <Icon name="flag" /> {t(`priority.${one.priority}`)}
                </span>
              )}
              {one.team && <span className="badge">{plain(one.team)}</span>}
              {one.language && <span className="badge">{languageName(one.language)}</span>}
            </span>
            <span className="cut-text quiet" dir="auto">
              {plain(one.last_message?.excerpt ?? "")}
            </span>
          </a>
          <span className="queue-time">
            <span className="aside">{t("row.waits")} </span>
            {lasts(now - Date.parse(sinceWhen(one) ?? one.updated_at))}
          </span>
          {me && (
            <button
              type="button"
              className="button is-small"
              onClick={() => void attempt(client.assign(one.id, me.id, null))}
            >
              {t("board.take")}
              <span className="aside"> {contactName(one.contact)}</span>
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

function AgentCard({ agent, talks }: { agent: Agent; talks: readonly Conversation[] }) {
  const me = useMe();
  const admin = useAdmin();
  const capacity = agent.capacity ?? null;
  const full = capacity !== null && agent.open >= capacity;
  return (
    <li className="agent">
      <div className="agent-top">
        <Avatar name={agentName(agent)} status={agent.status} />
        <span className="who" dir="auto">
          {agentName(agent, me?.id)}
        </span>
        <span className="quiet">{t(`presence.${agent.status}`)}</span>
        <span className={full ? "load is-full" : "load"}>
          {capacity === null ? t("agent.open", { n: agent.open }) : t("agent.load", { open: agent.open, n: capacity })}
        </span>
      </div>
      {capacity !== null && capacity > 0 && (
        <meter
          min={0}
          max={capacity}
          value={Math.min(agent.open, capacity)}
          aria-label={t("agent.meter", { name: agentName(agent) })}
        />
      )}
      {(agent.languages ?? []).length > 0 && (
        <p className="quiet agent-languages">{(agent.languages ?? []).map(languageName).join(", ")}</p>
      )}
      {talks.length > 0 && (
        <ul className="agent-talks">
          {talks.map((one) => (
            <li key={one.id}>
              <a href={href("c", one.id, admin && agent.id !== me?.id ? { watch: "1" } : {})}>
                {admin && agent.id !== me?.id && (
                  <>
                    <Icon name="eye" />
                    <span className="aside">{t("watch.begin")} </span>
                  </>
                )}
                <span className="cut-text" dir="auto">
                  {contactName(one.contact)}
                </span>
                {one.unanswered_since && <Waits since={one.unanswered_since} />}
              </a>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Waits({ since }: { since: string }) {
  const now = useNow(10_000);
  return (
    <span className="waits">
      <Icon name="clock" />
      <span className="aside">{t("row.waits")} </span>
      {lasts(now - Date.parse(since))}
    </span>
  );
}

function sinceWhen(one: Conversation): string | null {
  return one.waiting_since ?? one.unanswered_since ?? null;
}

/** As the server gives them out: the more urgent first, then whoever waits longest. */
function byTurn(a: Conversation, b: Conversation): number {
  const urgency = RANK[a.priority ?? "normal"] - RANK[b.priority ?? "normal"];
  return urgency || ((sinceWhen(a) ?? a.updated_at) < (sinceWhen(b) ?? b.updated_at) ? -1 : 1);
}
