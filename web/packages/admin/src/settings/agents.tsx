import type { Agent } from "@engage/client";
import { useEngage } from "@engage/react";
import { Avatar } from "../shell/avatar";
import { agentName } from "../shell/names";
import { useAdmin, useDesk, useLoad } from "../shell/use";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { SaveBar, useVersioned } from "./versioned";

/** What each of the staff may be given: how much at once, and in which languages. Who they are, the host says. */
export default function Agents() {
  const desk = useDesk();
  const { data, error, reload } = useLoad("agents", () => desk.agents(), 20_000);
  return (
    <>
      <p className="quiet">{t("agents.hint")}</p>
      {!data && <p className="quiet">{error ? trouble(error) : t("loading")}</p>}
      <ul className="cards">
        {data?.agents.map((agent) => (
          <li key={agent.id}>
            <One agent={agent} saved={reload} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface Draft {
  capacity: string;
  languages: string;
}

function One({ agent, saved }: { agent: Agent; saved(): void }) {
  const desk = useDesk();
  const admin = useAdmin();
  const { client } = useEngage();
  const kept = (one: Agent) => ({ value: read(one), version: 0 });
  const of = useVersioned<Draft>({
    kept: kept(agent),
    save: async ({ capacity, languages }) => {
      const tags = languages.split(/[\s,;]+/).filter(Boolean);
      const next = await desk.setAgent(agent.id, capacity === "" ? null : Number(capacity), tags);
      client.refreshAgents().catch(() => {});
      return kept(next);
    },
    fetch: async () => kept((await desk.agents()).agents.find((one) => one.id === agent.id) ?? agent),
    saved,
  });
  const name = agentName(agent);
  return (
    <form
      className="card-form"
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        if (of.dirty) of.save();
      }}
    >
      <div className="agent-top">
        <Avatar name={name} status={agent.status} />
        <span className="who" dir="auto">
          {name}
        </span>
        <span className="quiet">{t(`presence.${agent.status}`)}</span>
      </div>
      <fieldset className="form-row" disabled={!admin}>
        <legend className="aside">{name}</legend>
        <label className="field">
          <span>{t("agent.capacity")}</span>
          <input
            type="number"
            min={0}
            max={1_000}
            placeholder={t("agent.as-all")}
            value={of.draft.capacity}
            onChange={(event) => of.set({ ...of.draft, capacity: event.currentTarget.value })}
          />
        </label>
        <label className="field">
          <span>{t("agent.languages")}</span>
          <input
            placeholder="en, de-ch"
            value={of.draft.languages}
            onChange={(event) => of.set({ ...of.draft, languages: event.currentTarget.value })}
          />
        </label>
      </fieldset>
      {admin && <SaveBar of={of} show={(value) => `${value.capacity || t("agent.as-all")} · ${value.languages}`} />}
    </form>
  );
}

function read(agent: Agent): Draft {
  return {
    capacity: agent.capacity == null ? "" : String(agent.capacity),
    languages: (agent.languages ?? []).join(", "),
  };
}
