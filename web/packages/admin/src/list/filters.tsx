import type { Priority } from "@engage/client";
import { plain } from "@engage/react";
import { type ReactNode, useId, useState } from "react";
import { PRIORITIES } from "../inbox/filter";
import { useKnown } from "../shell/known";
import { agentName } from "../shell/names";
import { useAgents, useMe } from "../shell/use";
import { t } from "../words";

interface PartProps<T extends string = string> {
  /** Empty: whatever it is. */
  value: T | "" | undefined;
  set(value: T | ""): void;
}

interface ChoiceProps extends PartProps {
  label: string;
  children: ReactNode;
}

/** A part of a filter, of which one is chosen. */
export function FilterChoice({ label, value, set, children }: ChoiceProps) {
  return (
    <label className="filter">
      <span>{label}</span>
      <select value={value ?? ""} onChange={(event) => set(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

export function AssigneeFilter({ value, set }: PartProps) {
  const agents = useAgents();
  const me = useMe();
  return (
    <FilterChoice label={t("filter.assignee")} value={value} set={set}>
      <option value="">{t("filter.anybody")}</option>
      <option value="me">{t("me")}</option>
      <option value="none">{t("nobody")}</option>
      {agents
        .filter((agent) => agent.id !== me?.id)
        .map((agent) => (
          <option key={agent.id} value={agent.id}>
            {agentName(agent)}
          </option>
        ))}
    </FilterChoice>
  );
}

export function TeamFilter({ value, set }: PartProps) {
  const { teams } = useKnown();
  return (
    <FilterChoice label={t("filter.team")} value={value} set={set}>
      <option value="">{t("filter.any")}</option>
      {[...new Set([...teams, ...(value ? [value] : [])])].map((team) => (
        <option key={team} value={team}>
          {plain(team)}
        </option>
      ))}
    </FilterChoice>
  );
}

export function PriorityFilter({ value, set }: PartProps<Priority>) {
  return (
    <FilterChoice label={t("filter.priority")} value={value} set={(one) => set(one as Priority | "")}>
      <option value="">{t("filter.any")}</option>
      {PRIORITIES.map((priority) => (
        <option key={priority} value={priority}>
          {t(`priority.${priority}`)}
        </option>
      ))}
    </FilterChoice>
  );
}

interface WordProps extends PartProps {
  label: string;
  known?: readonly string[];
}

/** A part of a filter that is typed: it holds once Enter is pressed or the field is left. */
export function WordFilter({ label, known = [], value = "", set }: WordProps) {
  const [text, setText] = useState<string>(value);
  const id = useId();
  const keep = () => text.trim() !== value && set(text.trim());
  return (
    <form
      className="filter"
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        list={`${id}-known`}
        dir="auto"
        maxLength={50}
        placeholder={t("filter.any")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={keep}
      />
      <datalist id={`${id}-known`}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </form>
  );
}
