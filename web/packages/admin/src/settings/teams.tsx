import { plain, useEngage } from "@engage/react";
import { useState } from "react";
import { Icon } from "../shell/icon";
import { forgetTeams, useTeams } from "../shell/known";
import { agentName } from "../shell/names";
import { useAgents, useMe } from "../shell/use";
import { t } from "../words";
import { SettingForm } from "./settings";
import type { Versioned } from "./versioned";

/** The teams that can be chosen, who is in them, and what waits for them. */
export default function Teams() {
  const { client } = useEngage();
  return (
    <SettingForm<string[]>
      name="chat.teams"
      title={t("settings.teams")}
      hint={t("teams.hint")}
      read={(value) => (Array.isArray(value) ? value.map(String) : [])}
      write={(draft) => {
        forgetTeams(client);
        return draft;
      }}
      show={(value) => value.map(plain).join(", ") || t("none")}
    >
      {(of) => <Edit of={of} />}
    </SettingForm>
  );
}

function Edit({ of: { draft, set } }: { of: Versioned<string[]> }) {
  const told = useTeams() ?? [];
  const agents = useAgents();
  const me = useMe();
  const [name, setName] = useState("");
  const wanted = name.trim();
  const all = [...new Set([...draft, ...told.map((team) => team.name)])].sort((a, b) => a.localeCompare(b));
  const add = () => {
    if (wanted && !draft.includes(wanted)) set([...draft, wanted]);
    setName("");
  };
  return (
    <>
      {all.length === 0 && <p className="quiet card-empty">{t("teams.none")}</p>}
      <ul className="cards">
        {all.map((team) => {
          const known = told.find((one) => one.name === team);
          const kept = draft.includes(team);
          const people = known?.agents ?? [];
          return (
            <li key={team} className="card-form team">
              <div className="texts-top">
                <strong dir="auto">{plain(team)}</strong>
                <span className="quiet">
                  {[t("teams.open", { n: known?.open ?? 0 }), t("teams.waiting", { n: known?.waiting ?? 0 })].join(
                    " · ",
                  )}
                </span>
                {kept ? (
                  <button
                    type="button"
                    className="tool is-small"
                    aria-label={t("remove", { name: team })}
                    onClick={() => set(draft.filter((one) => one !== team))}
                  >
                    <Icon name="trash" />
                  </button>
                ) : (
                  <button
                    type="button"
                    className="tool is-small"
                    aria-label={t("teams.keep", { name: team })}
                    title={t("teams.keep", { name: team })}
                    onClick={() => set([...draft, team])}
                  >
                    <Icon name="plus" />
                  </button>
                )}
              </div>
              {people.length > 0 ? (
                <ul className="team-people">
                  {people.map((id) => {
                    const agent = agents.find((one) => one.id === id);
                    return (
                      <li key={id} className="chip">
                        <span className={`dot is-${agent?.status ?? "offline"}`} />
                        <span dir="auto">{agentName(agent ?? { id, name: null }, me?.id)}</span>{" "}
                        <span className="aside">{t(`presence.${agent?.status ?? "offline"}`)}</span>
                      </li>
                    );
                  })}
                </ul>
              ) : (
                <p className="quiet">{t("teams.nobody")}</p>
              )}
            </li>
          );
        })}
      </ul>
      <div className="team-new">
        <input
          dir="auto"
          aria-label={t("teams.new")}
          placeholder={t("teams.new")}
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            // Enter adds the team; the form is saved by its own button.
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" className="button" disabled={!wanted} onClick={add}>
          <Icon name="plus" /> {t("teams.add")}
        </button>
      </div>
    </>
  );
}
