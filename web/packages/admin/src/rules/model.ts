import type { Priority, TicketCategory } from "@engage/client";

/** After what a rule runs. */
export const CAUSES = [
  "opened",
  "requester_replied",
  "staff_replied",
  "status_changed",
  "updated",
  "rated",
  "sla_warning",
  "sla_breach",
  "time_passed",
] as const;
export type Cause = (typeof CAUSES)[number];

/** Conditions that any value of a list meets. */
export const LISTS = ["status", "priority", "team", "assignee", "source", "organisation", "tag", "subject"] as const;
export type ListKind = (typeof LISTS)[number];
/** Conditions that come true by waiting. */
export const TIMES = ["waiting", "idle", "age", "solved"] as const;
export type TimeKind = (typeof TIMES)[number];

export type Value = string | number | boolean | null;

/** What holds of a ticket or does not; `not` turns it round. What a newer server says and is not known here is kept as it is. */
export type Leaf =
  | { kind: ListKind; not: boolean; values: (string | null)[] }
  | { kind: "field"; not: boolean; name: string; values: Value[] }
  | { kind: TimeKind; not: boolean; minutes: number }
  | { kind: "raw"; not: boolean; raw: unknown };
export interface Group {
  kind: "all" | "any";
  not: boolean;
  parts: Part[];
}
export type Part = Leaf | Group;

export const ACTIONS = [
  "status",
  "priority",
  "team",
  "assignee",
  "add_tags",
  "remove_tags",
  "organisation",
  "field",
  "follow",
  "snooze",
  "due",
  "reply",
  "note",
] as const;
export type ActionKind = (typeof ACTIONS)[number];

export type Action =
  | { kind: "status" | "priority" | "reply" | "note"; text: string }
  | { kind: "team" | "assignee" | "organisation"; text: string | null }
  | { kind: "add_tags" | "remove_tags" | "follow"; texts: string[] }
  | { kind: "field"; name: string; value: Value }
  | { kind: "snooze" | "due"; minutes: number }
  | { kind: "raw"; raw: unknown };

export interface Rule {
  name: string;
  on: Cause[];
  when: Group;
  does: Action[];
  off: boolean;
}

export interface Macro {
  name: string;
  team: string | null;
  does: Action[];
}

export const SOURCES = ["agent", "api", "chat", "form", "mail", "web"] as const;
export const URGENCIES: readonly Priority[] = ["urgent", "high", "normal", "low"];
export const STATES: readonly TicketCategory[] = ["new", "open", "pending", "on_hold", "solved", "closed"];

export const isGroup = (part: Part): part is Group => part.kind === "all" || part.kind === "any";
const among = <T extends string>(all: readonly T[], one: string): one is T => all.some((known) => known === one);

/** The one member of what is written as `{"kind": inner}`. */
function only(value: unknown): [string, unknown] {
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return members.length === 1 && members[0] ? members[0] : ["", null];
}

const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
const orNull = (value: unknown) => (value === null ? null : String(value));

export function readPart(value: unknown, not = false): Part {
  const [kind, inner] = only(value);
  if (kind === "not") return readPart(inner, !not);
  if ((kind === "all" || kind === "any") && Array.isArray(inner))
    return { kind, not, parts: inner.map((one) => readPart(one)) };
  if (among(LISTS, kind) && Array.isArray(inner)) return { kind, not, values: inner.map(orNull) };
  if (among(TIMES, kind)) return { kind, not, minutes: Number(inner) };
  if (kind === "field") {
    const { name, is } = inner as { name: string; is: Value[] };
    return { kind, not, name, values: is };
  }
  return { kind: "raw", not, raw: value };
}

/** What a rule asks stands in one group, so that there is always a place to add to. */
export function readWhen(value: unknown): Group {
  const part = readPart(value);
  return isGroup(part) ? part : { kind: "all", not: false, parts: [part] };
}

export function writePart(part: Part): unknown {
  const written = writeInner(part);
  return part.not ? { not: written } : written;
}

function writeInner(part: Part): unknown {
  if (isGroup(part)) return { [part.kind]: part.parts.map(writePart) };
  if (part.kind === "raw") return part.raw;
  if (part.kind === "field") return { field: { name: part.name.trim(), is: part.values } };
  return { [part.kind]: "minutes" in part ? part.minutes : part.values };
}

/** Where the server says that something is wrong with what `part` holds, when the part itself stands at `path`. */
export function inside(path: string, part: Part): string {
  return `${path}${part.not ? "/not" : ""}${part.kind === "raw" ? "" : `/${part.kind}`}`;
}

export function readAction(value: unknown): Action {
  const [kind, inner] = only(value);
  switch (kind) {
    case "status":
    case "priority":
    case "reply":
    case "note":
      return { kind, text: String(inner) };
    case "team":
    case "assignee":
    case "organisation":
      return { kind, text: orNull(inner) };
    case "add_tags":
    case "remove_tags":
    case "follow":
      return { kind, texts: texts(inner) };
    case "snooze":
    case "due":
      return { kind, minutes: Number(inner) };
    case "field": {
      const { name, value: to = null } = inner as { name: string; value?: Value };
      return { kind, name, value: to };
    }
    default:
      return { kind: "raw", raw: value };
  }
}

export function writeAction(action: Action): unknown {
  if (action.kind === "raw") return action.raw;
  if (action.kind === "field") return { field: { name: action.name.trim(), value: action.value } };
  if ("texts" in action) return { [action.kind]: action.texts };
  if ("minutes" in action) return { [action.kind]: action.minutes };
  return { [action.kind]: action.text };
}

/** An action of another kind, with nothing said yet. */
export function freshAction(kind: ActionKind): Action {
  switch (kind) {
    case "status":
      return { kind, text: "open" };
    case "priority":
      return { kind, text: "high" };
    case "reply":
    case "note":
      return { kind, text: "" };
    case "team":
    case "assignee":
    case "organisation":
      return { kind, text: null };
    case "add_tags":
    case "remove_tags":
    case "follow":
      return { kind, texts: [] };
    case "field":
      return { kind, name: "", value: "" };
    default:
      return { kind, minutes: 60 };
  }
}

export function freshLeaf(kind: ListKind | TimeKind | "field"): Leaf {
  if (kind === "field") return { kind, not: false, name: "", values: [] };
  if (among(TIMES, kind)) return { kind, not: false, minutes: 60 };
  return { kind, not: false, values: [] };
}

const listed = (value: unknown) => (Array.isArray(value) ? (value as Record<string, unknown>[]) : []);

export function readRules(value: unknown): Rule[] {
  return listed(value).map((one) => ({
    name: String(one.name ?? ""),
    on: texts(one.on) as Cause[],
    when: readWhen(one.when),
    does: listed(one.then).map(readAction),
    off: one.is_off === true,
  }));
}

export function writeRule({ name, on, when, does, off }: Rule): Record<string, unknown> {
  // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
  const written = { name: name.trim(), on, when: writePart(when), then: does.map(writeAction) };
  return off ? { ...written, is_off: true } : written;
}

export function readMacros(value: unknown): Macro[] {
  return listed(value).map((one) => ({
    name: String(one.name ?? ""),
    team: one.team === undefined ? null : orNull(one.team),
    does: listed(one.then).map(readAction),
  }));
}

export function writeMacro({ name, team, does }: Macro): Record<string, unknown> {
  // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
  const written = { name: name.trim(), then: does.map(writeAction) };
  return team === null ? written : { ...written, team };
}

/** A name that none of `all` has: `name`, or the same with a number behind it. */
export function freeName(name: string, all: readonly { name: string }[]): string {
  const free = (one: string) => !all.some((other) => other.name === one);
  if (free(name)) return name;
  for (let count = 2; ; count += 1) {
    if (free(`${name} ${count}`)) return `${name} ${count}`;
  }
}
