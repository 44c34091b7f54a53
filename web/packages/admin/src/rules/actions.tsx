import { plain } from "@engage/react";
import { useRef } from "react";
import { Icon } from "../shell/icon";
import { useKnown } from "../shell/known";
import { agentName } from "../shell/names";
import { useAgents, useMe } from "../shell/use";
import { allStatuses, useStatuses } from "../tickets/use";
import { t } from "../words";
import { readValue } from "./conditions";
import { Choice, Line, Several, Span, Texts, useFault } from "./inputs";
import { ACTIONS, type Action, type ActionKind, freshAction, URGENCIES } from "./model";
import { own, sayValue, useNames } from "./said";

const MOST = 20;
const REPLY = 50_000;

interface ActionsProps {
  actions: readonly Action[];
  path: string;
  set(actions: Action[]): void;
}

/** What is done, in order. */
export function Actions({ actions, path, set }: ActionsProps) {
  const box = useRef<HTMLDivElement>(null);
  const fault = useFault(path);
  const put = (at: number, next: Action) => set(actions.map((one, index) => (index === at ? next : one)));
  const move = (at: number, by: number) => {
    const next = [...actions];
    const [one] = next.splice(at, 1);
    if (one) next.splice(at + by, 0, one);
    set(next);
    // The focus goes along with what was moved.
    requestAnimationFrame(() => {
      const tools = box.current?.querySelectorAll<HTMLButtonElement>(
        `:scope > ol > li:nth-child(${at + by + 1}) .tool`,
      );
      [...(tools ?? [])].find((tool) => !tool.disabled && tool.dataset.by === String(by))?.focus();
    });
  };
  const add = (kind: ActionKind) => {
    set([...actions, freshAction(kind)]);
    requestAnimationFrame(() =>
      box.current
        ?.querySelector<HTMLElement>(":scope > ol > li:last-child .rule-value :is(select, input, textarea)")
        ?.focus(),
    );
  };
  return (
    <div className="rule-group" ref={box}>
      <ol className="rule-parts">
        {actions.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is done is being chosen, so only the place is stable
          <li key={at} className="rule-part">
            {one.kind === "raw" ? (
              <code className="rule-raw">{plain(JSON.stringify(one.raw))}</code>
            ) : (
              <>
                <select
                  aria-label={t("rule.do")}
                  value={one.kind}
                  onChange={(event) => put(at, freshAction(event.currentTarget.value as ActionKind))}
                >
                  {ACTIONS.map((kind) => (
                    <option key={kind} value={kind}>
                      {t(`rule.do.${kind}`)}
                    </option>
                  ))}
                </select>
                <div className="rule-value">
                  <Done action={one} path={`${path}/${at}/${one.kind}`} set={(next) => put(at, next)} />
                </div>
              </>
            )}
            <div className="rule-tools">
              {([-1, 1] as const).map((by) => (
                <button
                  key={by}
                  type="button"
                  className="tool is-small"
                  data-by={by}
                  disabled={by < 0 ? at === 0 : at === actions.length - 1}
                  aria-label={t(by < 0 ? "rule.do.up" : "rule.do.down", { n: at + 1 })}
                  onClick={() => move(at, by)}
                >
                  <span aria-hidden="true">{by < 0 ? "↑" : "↓"}</span>
                </button>
              ))}
              <button
                type="button"
                className="tool is-small"
                aria-label={t("rule.do.drop", { n: at + 1 })}
                title={t("rule.do.drop", { n: at + 1 })}
                onClick={() => {
                  set(actions.filter((_, index) => index !== at));
                  box.current?.querySelector<HTMLElement>(":scope > .rule-add")?.focus();
                }}
              >
                <Icon name="trash" />
              </button>
            </div>
          </li>
        ))}
      </ol>
      {actions.length < MOST && (
        <select
          className="rule-add"
          aria-label={t("rule.do.add")}
          value=""
          aria-invalid={actions.length === 0 && fault !== ""}
          onChange={(event) => event.currentTarget.value && add(event.currentTarget.value as ActionKind)}
        >
          <option value="">{t("rule.do.add")}…</option>
          {ACTIONS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`rule.do.${kind}`)}
            </option>
          ))}
        </select>
      )}
      {actions.length === 0 && fault && <p className="fault">{fault}</p>}
    </div>
  );
}

interface DoneProps {
  action: Exclude<Action, { kind: "raw" }>;
  path: string;
  set(action: Action): void;
}

/** What an action gives: each kind by the input that is right for it. */
function Done({ action, path, set }: DoneProps) {
  const names = useNames();
  const statuses = allStatuses(useStatuses());
  const agents = useAgents();
  const me = useMe()?.id;
  const { teams } = useKnown();
  const label = t(`rule.do.${action.kind}`);
  const shared = { label, path };
  const people = agents.map((one) => [one.id, agentName(one, me)] as const);
  switch (action.kind) {
    case "status":
    case "priority":
      return (
        <Choice
          {...shared}
          bare
          value={action.text}
          options={
            action.kind === "status"
              ? statuses.map(({ id, name }) => [id, name] as const)
              : URGENCIES.map((one) => [one, t(`priority.${one}`)] as const)
          }
          set={(text) => set({ ...action, text })}
        />
      );
    case "team":
    case "assignee":
      return (
        <Choice
          {...shared}
          bare
          value={action.text ?? ""}
          options={
            action.kind === "team"
              ? [["", t("team.none")], ...teams.map((one) => [one, own(one)] as const)]
              : [["", t("nobody")], ...people]
          }
          set={(text) => set({ ...action, text: text || null })}
        />
      );
    case "organisation":
      return (
        <Line
          {...shared}
          bare
          value={action.text ?? ""}
          most={200}
          set={(text) => set({ ...action, text: text || null })}
        />
      );
    case "follow":
      return (
        <Several
          {...shared}
          values={action.texts}
          options={people}
          name={names.agent}
          set={(texts) => set({ ...action, texts })}
        />
      );
    case "add_tags":
    case "remove_tags":
      return (
        <Texts
          {...shared}
          values={action.texts}
          name={own}
          read={(text) => text}
          most={50}
          set={(texts) => set({ ...action, texts })}
        />
      );
    case "field":
      return (
        <>
          <Line
            label={t("attributes.name")}
            path={path}
            value={action.name}
            most={64}
            bare
            set={(name) => set({ ...action, name })}
          />
          <Texts
            label={label}
            path={path}
            values={action.value === "" ? [] : [action.value]}
            name={sayValue}
            read={readValue}
            most={1_000}
            nothing={null}
            set={(values) => set({ ...action, value: values[values.length - 1] ?? (values.length > 0 ? null : "") })}
          />
        </>
      );
    case "snooze":
    case "due":
      return <Span {...shared} minutes={action.minutes} set={(minutes) => set({ ...action, minutes })} />;
    default:
      return <Line {...shared} bare long value={action.text} most={REPLY} set={(text) => set({ ...action, text })} />;
  }
}
