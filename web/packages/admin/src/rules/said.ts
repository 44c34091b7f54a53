import { plain } from "@engage/react";
import { agentName } from "../shell/names";
import { useAgents, useMe } from "../shell/use";
import { statusName, useStatuses } from "../tickets/use";
import { type Key, spoken, t, told } from "../words";
import { type Action, type Group, isGroup, type Leaf, type ListKind, type Part, type Rule, type Value } from "./model";

const HOUR = 60;
const DAY = 24 * HOUR;
/** So much of a text is said where it is not the matter itself, in characters. */
const CUT = 80;

/** How what is stored by an id is called. */
export interface Names {
  status(id: string): string;
  agent(id: string): string;
}

export function useNames(): Names {
  const statuses = useStatuses();
  const agents = useAgents();
  const me = useMe()?.id;
  return {
    status: (id) => statusName(id, statuses),
    agent: (id) => own(agentName(agents.find((one) => one.id === id) ?? { id, name: null }, me)),
  };
}

/** A time in words: `2 days 4 hours`. */
export function span(minutes: number): string {
  const whole = Number.isFinite(minutes) ? Math.max(0, Math.round(minutes)) : 0;
  const parts: [number, string][] = [
    [Math.floor(whole / DAY), "day"],
    [Math.floor((whole % DAY) / HOUR), "hour"],
    [whole % HOUR, "minute"],
  ];
  const said = parts.filter(([count]) => count > 0);
  return (said.length > 0 ? said : [[0, "minute"] as const])
    .map(([count, unit]) => new Intl.NumberFormat(spoken(), { style: "unit", unit, unitDisplay: "long" }).format(count))
    .join(" ");
}

/** What a rule asks and does, as a sentence each. */
export function sayRule(rule: Rule, names: Names): { on: string; when: string; does: string } {
  return {
    on: either(rule.on.map((cause) => told("rule.on", cause, cause))),
    when: rule.when.parts.length === 0 ? t(empty(rule.when)) : sayPart(rule.when, names, true),
    does: sayActions(rule.does, names),
  };
}

export function sayActions(actions: readonly Action[], names: Names): string {
  return actions.map((action) => sayAction(action, names)).join(" · ");
}

/** A group without anything in it. */
export function empty({ kind, not }: Group): Key {
  return (kind === "all") !== not ? "rule.always" : "rule.never";
}

export function sayPart(part: Part, names: Names, outermost = false): string {
  if (!isGroup(part)) return sayLeaf(part, names);
  if (part.parts.length === 0) return t(empty(part));
  const said = part.parts.map((one) => sayPart(one, names));
  const joined = part.kind === "all" ? both(said) : either(said);
  if (part.not) return t("rule.not", { what: joined });
  return outermost || said.length === 1 ? joined : `(${joined})`;
}

function sayLeaf(leaf: Leaf, names: Names): string {
  const said = sayHeld(leaf, names);
  return leaf.not ? t("rule.not", { what: said }) : said;
}

function sayHeld(leaf: Leaf, names: Names): string {
  if (leaf.kind === "raw") return own(JSON.stringify(leaf.raw));
  if ("minutes" in leaf) return t("rule.least", { what: t(`rule.if.${leaf.kind}`), time: span(leaf.minutes) });
  const { kind } = leaf;
  const what = kind === "field" ? t("rule.field", { name: own(leaf.name) }) : t(`rule.if.${kind}`);
  const values = kind === "field" ? leaf.values.map(sayValue) : leaf.values.map((one) => sayOne(kind, one, names));
  return t("rule.is", { what, value: values.length > 0 ? either(values) : "…" });
}

/** One value of a condition, as people read it. */
export function sayOne(kind: ListKind, value: string | null, names: Names): string {
  if (value === null) return t(kind === "team" ? "team.none" : kind === "assignee" ? "nobody" : "none");
  if (kind === "status") return names.status(value);
  if (kind === "priority") return told("priority", value, value);
  if (kind === "source") return told("ticket.source", value, value);
  return kind === "assignee" ? names.agent(value) : own(value);
}

export function sayValue(value: Value): string {
  if (value === null) return t("none");
  return typeof value === "boolean" ? t(value ? "on" : "off") : own(String(value));
}

/** One action, as people read it before it is done. */
export function sayAction(action: Action, names: Names): string {
  const is = (value: string) => t("rule.is", { what: told("rule.do", action.kind, action.kind), value });
  switch (action.kind) {
    case "raw":
      return own(JSON.stringify(action.raw));
    case "status":
      return is(names.status(action.text));
    case "priority":
      return is(told("priority", action.text, action.text));
    case "team":
      return is(action.text === null ? t("team.none") : own(action.text));
    case "assignee":
      return is(action.text === null ? t("nobody") : names.agent(action.text));
    case "organisation":
      return is(action.text === null ? t("none") : own(action.text));
    case "add_tags":
    case "remove_tags":
      return is(action.texts.map(own).join(", ") || "…");
    case "follow":
      return is(action.texts.map(names.agent).join(", ") || "…");
    case "field":
      return t("rule.is", { what: t("rule.field", { name: own(action.name) }), value: sayValue(action.value) });
    case "snooze":
    case "due":
      return is(span(action.minutes));
    default:
      return is(`“${own(short(action.text))}”`);
  }
}

function short(text: string): string {
  const letters = [...text.replace(/\s+/g, " ").trim()];
  return letters.length > CUT ? `${letters.slice(0, CUT).join("")}…` : letters.join("");
}

const either = (all: string[]) => new Intl.ListFormat(spoken(), { type: "disjunction" }).format(all);
const both = (all: string[]) => new Intl.ListFormat(spoken(), { type: "conjunction" }).format(all);

/** What people have typed, so that its direction of writing stays its own. */
export function own(text: string): string {
  return `\u2068${plain(text)}\u2069`;
}
