import type { Agent, Priority } from "@engage/client";
import { plain } from "@engage/react";
import { PRIORITIES } from "../inbox/filter";
import type { Choice } from "../shell/menu";
import { agentName } from "../shell/names";
import { snoozes } from "../talk/snooze";
import { type Key, t } from "../words";

/** To whom something can be given. */
export function people(
  agents: readonly Agent[],
  me: string | undefined,
  give: (agent: string | null) => void,
): Choice[] {
  return [
    { key: "none", name: t("nobody"), act: () => give(null) },
    ...agents.map((agent) => ({ key: agent.id, name: agentName(agent, me), act: () => give(agent.id) })),
  ];
}

/** The same, of which one has it: with who is there, and what `more` says of each. */
export function peopleNow(
  agents: readonly Agent[],
  me: string | undefined,
  has: string | null,
  give: (agent: string | null) => void,
  more: (agent: Agent) => string = () => "",
): Choice[] {
  const shown = (agent: Agent) => (
    <>
      <span className={`dot is-${agent.status}`} />
      <span dir="auto">{agentName(agent, me)}</span>
      <span className="quiet">{[t(`presence.${agent.status}`), more(agent)].filter(Boolean).join(", ")}</span>
    </>
  );
  return people(agents, me, give).map((choice) => {
    const agent = agents.find(({ id }) => id === choice.key);
    return { ...choice, ...(agent && { name: shown(agent) }), chosen: has === (agent?.id ?? null) };
  });
}

/** The teams, under a heading. `has`: the one that has it now, where that is to be seen. */
export function teamChoices(
  teams: readonly string[],
  group: Key,
  give: (team: string) => void,
  has?: string | null,
): Choice[] {
  const shown = teams.map((team) => ({
    key: `team-${team}`,
    name: plain(team),
    ...(has !== undefined && { chosen: team === has }),
    act: () => give(team),
  }));
  return headed(t(group), shown);
}

/** The priorities, under a heading. `has`: the one that it is now, where that is to be seen. */
export function priorities(give: (priority: Priority) => void, has?: Priority): Choice[] {
  const shown = PRIORITIES.map((one) => ({
    key: one,
    name: t(`priority.${one}`),
    ...(has !== undefined && { chosen: one === has }),
    act: () => give(one),
  }));
  return headed(t("filter.priority"), shown);
}

/** Until when something can sleep; null: until somebody writes. */
export function naps(sleep: (until: string | null) => void): Choice[] {
  return snoozes(new Date()).map(({ key, name, until }) => ({ key, name, act: () => sleep(until) }));
}

/** The same, where nobody writes who could wake it. */
export function times(sleep: (until: string) => void): Choice[] {
  const known = snoozes(new Date()).filter((one): one is typeof one & { until: string } => one.until !== null);
  return known.map(({ key, name, until }) => ({ key, name, act: () => sleep(until) }));
}

/** The choices under a heading. */
export function headed(group: string, choices: readonly Choice[]): Choice[] {
  return choices.map((choice, index) => (index === 0 ? { ...choice, group } : choice));
}
