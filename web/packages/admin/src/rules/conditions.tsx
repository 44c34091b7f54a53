import { plain } from "@engage/react";
import { useRef } from "react";
import { Icon } from "../shell/icon";
import { useKnown } from "../shell/known";
import { agentName } from "../shell/names";
import { useAgents, useMe } from "../shell/use";
import { allStatuses, useStatuses } from "../tickets/use";
import { type Key, t } from "../words";
import { Fault, Line, Several, Span, Texts, useFault } from "./inputs";
import {
  freshLeaf,
  type Group,
  inside,
  isGroup,
  type Leaf,
  LISTS,
  type ListKind,
  type Part,
  SOURCES,
  TIMES,
  type TimeKind,
  URGENCIES,
  type Value,
} from "./model";
import { empty, own, sayOne, sayValue, useNames } from "./said";

/** Groups in groups in groups can be made here; the server takes no more. */
const DEPTH = 3;
const KINDS = [...LISTS, "field", ...TIMES] as const;
/** How a group holds: `none` is the other way round of `any`, `some-not` of `all`. */
const MODES: readonly { key: string; kind: Group["kind"]; not: boolean; name: Key }[] = [
  { key: "all", kind: "all", not: false, name: "rule.all" },
  { key: "any", kind: "any", not: false, name: "rule.any" },
  { key: "none", kind: "any", not: true, name: "rule.none" },
  { key: "some-not", kind: "all", not: true, name: "rule.some-not" },
];

interface PartProps<T> {
  part: T;
  path: string;
  set(part: T): void;
}

/** Conditions that hold together, and how. */
export function Conditions({ part, path, set, depth = 1 }: PartProps<Group> & { depth?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const fault = useFault(path);
  const mode = MODES.find((one) => one.kind === part.kind && one.not === part.not);
  const below = inside(path, part);
  const put = (at: number, next: Part) =>
    set({ ...part, parts: part.parts.map((one, index) => (index === at ? next : one)) });
  const drop = (at: number) => {
    set({ ...part, parts: part.parts.filter((_, index) => index !== at) });
    box.current?.querySelector<HTMLElement>(":scope > .rule-add")?.focus();
  };
  const add = (kind: string) => {
    const fresh: Part =
      kind === "group" ? { kind: "any", not: false, parts: [] } : freshLeaf(kind as ListKind | TimeKind | "field");
    set({ ...part, parts: [...part.parts, fresh] });
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(":scope > ol > li:last-child :is(select, input)")?.focus(),
    );
  };
  return (
    <div className={depth > 1 ? "rule-group is-inner" : "rule-group"} ref={box}>
      <label className="rule-mode">
        <span className="aside">{t("rule.mode")}</span>
        <select
          value={mode?.key}
          onChange={(event) => {
            const next = MODES.find((one) => one.key === event.currentTarget.value);
            if (next) set({ ...part, kind: next.kind, not: next.not });
          }}
        >
          {MODES.map(({ key, name }) => (
            <option key={key} value={key}>
              {t(name)}
            </option>
          ))}
        </select>
        {part.parts.length === 0 && <span className="quiet">{t(empty(part))}</span>}
      </label>
      <ol className="rule-parts">
        {part.parts.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what it asks is being chosen, so only the place is stable
          <li key={at} className="rule-part">
            {isGroup(one) ? (
              <Conditions part={one} path={`${below}/${at}`} set={(next) => put(at, next)} depth={depth + 1} />
            ) : (
              <OneLeaf part={one} path={`${below}/${at}`} set={(next) => put(at, next)} />
            )}
            <button
              type="button"
              className="tool is-small"
              aria-label={t("rule.if.drop", { n: at + 1 })}
              title={t("rule.if.drop", { n: at + 1 })}
              onClick={() => drop(at)}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ol>
      <select
        className="rule-add"
        aria-label={t("rule.if.add")}
        value=""
        onChange={(event) => event.currentTarget.value && add(event.currentTarget.value)}
      >
        <option value="">{t("rule.if.add")}…</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`rule.if.${kind}`)}
          </option>
        ))}
        {depth < DEPTH && <option value="group">{t("rule.group")}</option>}
      </select>
      {part.parts.length === 0 && fault && <Fault id={`fault ${path}`} text={fault} />}
    </div>
  );
}

function OneLeaf({ part, path, set }: PartProps<Leaf>) {
  if (part.kind === "raw") return <code className="rule-raw">{plain(JSON.stringify(part.raw))}</code>;
  const timed = "minutes" in part;
  return (
    <>
      <select
        aria-label={t("rule.if")}
        value={part.kind}
        onChange={(event) => set({ ...freshLeaf(event.currentTarget.value as ListKind), not: part.not })}
      >
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`rule.if.${kind}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t("rule.way")}
        value={part.not ? "not" : "is"}
        onChange={(event) => set({ ...part, not: event.currentTarget.value === "not" })}
      >
        <option value="is">
          {t(timed ? "rule.way.for" : part.kind === "subject" ? "rule.way.holds" : "field.is")}
        </option>
        <option value="not">
          {t(timed ? "rule.way.not-for" : part.kind === "subject" ? "rule.way.holds-not" : "rule.way.not")}
        </option>
      </select>
      <div className="rule-value">
        <Asked part={part} path={inside(path, part)} set={set} />
      </div>
    </>
  );
}

/** What a condition asks for: each kind by the input that is right for it. */
function Asked({ part, path, set }: PartProps<Exclude<Leaf, { kind: "raw" }>>) {
  const names = useNames();
  const options = useOptions(part.kind);
  const label = t(`rule.if.${part.kind}`);
  if ("minutes" in part)
    return <Span label={label} path={path} minutes={part.minutes} set={(minutes) => set({ ...part, minutes })} />;
  if (part.kind === "field") {
    return (
      <>
        <Line
          label={t("attributes.name")}
          path={`${path}/name`}
          value={part.name}
          most={64}
          bare
          set={(name) => set({ ...part, name })}
        />
        <Texts<Value>
          label={label}
          path={`${path}/is`}
          values={part.values}
          name={sayValue}
          read={readValue}
          most={200}
          nothing={null}
          set={(values) => set({ ...part, values })}
        />
      </>
    );
  }
  const { kind, values } = part;
  const name = (value: string | null) => sayOne(kind, value, names);
  const put = (next: (string | null)[]) => set({ ...part, values: next });
  if (options) return <Several label={label} path={path} values={values} options={options} name={name} set={put} />;
  return (
    <Texts<string | null>
      label={label}
      path={path}
      values={values}
      name={name}
      read={(text) => text}
      most={200}
      {...(kind === "organisation" && { nothing: null })}
      set={put}
    />
  );
}

/** What can be chosen of a kind; null where people type. */
function useOptions(kind: string): (readonly [string | null, string])[] | null {
  const statuses = allStatuses(useStatuses());
  const agents = useAgents();
  const me = useMe()?.id;
  const { teams } = useKnown();
  switch (kind) {
    case "status":
      return statuses.map(({ id, name }) => [id, name] as const);
    case "priority":
      return URGENCIES.map((one) => [one, t(`priority.${one}`)] as const);
    case "source":
      return SOURCES.map((one) => [one, t(`ticket.source.${one}`)] as const);
    case "team":
      return [[null, t("team.none")] as const, ...teams.map((one) => [one, own(one)] as const)];
    case "assignee":
      return [[null, t("nobody")] as const, ...agents.map((one) => [one.id, agentName(one, me)] as const)];
    default:
      return null;
  }
}

/** What somebody typed into a field of the site: a number where it is one. */
export function readValue(text: string): Value {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : text;
}
