import type { Priority, TicketCategory } from "@engage/client";
import { useId, useState } from "react";
import { EditHours, type Hours, readHours, SayHours, usualHours, writeHours } from "../settings/hours";
import { useSetting } from "../settings/settings";
import { useKnown } from "../shell/known";
import { t } from "../words";
import { CardSetting, twin } from "./cards";
import { Fault, Line, Several, Span, Texts, useFault } from "./inputs";
import { freeName, SOURCES, STATES, URGENCIES } from "./model";
import { own, sayOne, span, useNames } from "./said";

const MOST = 50;
const MINUTE = 60;

const METRICS = ["first_response", "next_response", "resolution"] as const;
type Metric = (typeof METRICS)[number];

/** What staff owe for some tickets. Times are in minutes; null: nothing is owed. */
interface Policy {
  id: string;
  name: string;
  when: { priority: Priority[]; team: string[]; tag: string[]; source: string[] };
  owed: Record<Metric, number | null>;
  warn: number | null;
  pause: TicketCategory[];
  hours: Hours | null;
}

/** By when staff reply and solve: the first policy that a ticket fits is its own. */
export default function Deadlines() {
  return (
    <CardSetting<Policy>
      name="tickets.sla"
      title={t("sla.title")}
      hint={t("sla.hint")}
      read={read}
      write={write}
      most={MOST}
      add={t("sla.add")}
      none={t("sla.none-yet")}
      fresh={fresh}
      copy={(one, all) => ({ ...twin(one, all), id: freeId(all) })}
      say={(one) => <Said policy={one} />}
      edit={(one, set, path) => <Edit policy={one} set={set} path={path} />}
    />
  );
}

/** A policy in words: of which tickets, what within which time, and when time counts. */
function Said({ policy }: { policy: Policy }) {
  const names = useNames();
  const { when } = policy;
  const asked = [
    ...(["priority", "team", "source"] as const).flatMap((kind) =>
      when[kind].length > 0
        ? [
            say(
              kind,
              when[kind].map((one) => sayOne(kind, one, names)),
            ),
          ]
        : [],
    ),
    ...(when.tag.length > 0 ? [say("tag", when.tag.map(own))] : []),
  ];
  return (
    <dl>
      <div>
        <dt>{t("sla.of")}</dt>
        <dd>{asked.join(" · ") || t("rule.always")}</dd>
      </div>
      {METRICS.map((metric) => {
        const minutes = policy.owed[metric];
        return minutes === null ? null : (
          <div key={metric}>
            <dt>{t(`ticket.owed.${metric}`)}</dt>
            <dd>
              {t("sla.within", { time: span(minutes) })}
              {policy.warn !== null && `, ${t("sla.warned", { time: span(policy.warn) })}`}
              {metric === "resolution" &&
                policy.pause.length > 0 &&
                `, ${t("sla.stands", { names: policy.pause.map(names.status).join(", ") })}`}
            </dd>
          </div>
        );
      })}
      <div>
        <dt>{t("sla.hours")}</dt>
        <dd>{policy.hours ? <SayHours hours={policy.hours} /> : t("sla.hours.always")}</dd>
      </div>
    </dl>
  );
}

const say = (kind: "priority" | "team" | "source" | "tag", values: string[]) =>
  t("rule.is", { what: t(`rule.if.${kind}`), value: values.join(", ") });

function Edit({ policy, set, path }: { policy: Policy; set(policy: Policy): void; path: string }) {
  const names = useNames();
  const { teams } = useKnown();
  const { when } = policy;
  const fits = (part: Partial<Policy["when"]>) => set({ ...policy, when: { ...when, ...part } });
  return (
    <>
      <Line
        label={t("rule.name")}
        path={`${path}/name`}
        value={policy.name}
        most={60}
        set={(name) => set({ ...policy, name })}
      />
      <fieldset>
        <legend>{t("sla.of")}</legend>
        <p className="quiet">{t("sla.of.hint")}</p>
        <div className="rule-row">
          <span>{t("rule.if.priority")}</span>
          <Several
            label={t("rule.if.priority")}
            path={`${path}/when/priority`}
            values={when.priority}
            options={URGENCIES.map((one) => [one, t(`priority.${one}`)] as const)}
            name={(one) => t(`priority.${one}`)}
            set={(priority) => fits({ priority })}
          />
        </div>
        <div className="rule-row">
          <span>{t("rule.if.team")}</span>
          <Several
            label={t("rule.if.team")}
            path={`${path}/when/team`}
            values={when.team}
            options={teams.map((one) => [one, own(one)] as const)}
            name={own}
            set={(team) => fits({ team })}
          />
        </div>
        <div className="rule-row">
          <span>{t("rule.if.tag")}</span>
          <Texts
            label={t("rule.if.tag")}
            path={`${path}/when/tag`}
            values={when.tag}
            name={own}
            read={(text) => text}
            most={50}
            set={(tag) => fits({ tag })}
          />
        </div>
        <div className="rule-row">
          <span>{t("rule.if.source")}</span>
          <Several
            label={t("rule.if.source")}
            path={`${path}/when/source`}
            values={when.source}
            options={SOURCES.map((one) => [one, t(`ticket.source.${one}`)] as const)}
            name={(one) => sayOne("source", one, names)}
            set={(source) => fits({ source })}
          />
        </div>
      </fieldset>
      <fieldset>
        <legend>{t("ticket.owed")}</legend>
        {METRICS.map((metric) => (
          <Maybe
            key={metric}
            label={t(`ticket.owed.${metric}`)}
            path={`${path}/${metric}_s`}
            value={policy.owed[metric]}
            usual={metric === "resolution" ? 3 * 24 * 60 : 4 * 60}
            set={(minutes) => set({ ...policy, owed: { ...policy.owed, [metric]: minutes } })}
          />
        ))}
        <Maybe
          label={t("sla.warn")}
          path={`${path}/warn_s`}
          value={policy.warn}
          usual={30}
          set={(warn) => set({ ...policy, warn })}
        />
        <div className="rule-row">
          <span>{t("sla.pause")}</span>
          <Several<TicketCategory>
            label={t("sla.pause")}
            path={`${path}/pause_in`}
            values={policy.pause}
            options={STATES.filter((one) => one !== "solved" && one !== "closed").map(
              (one) => [one, names.status(one)] as const,
            )}
            name={names.status}
            set={(pause) => set({ ...policy, pause })}
          />
        </div>
      </fieldset>
      <Calendar hours={policy.hours} set={(hours) => set({ ...policy, hours })} path={`${path}/hours`} />
    </>
  );
}

interface MaybeProps {
  label: string;
  path: string;
  value: number | null;
  usual: number;
  set(value: number | null): void;
}

/** A time, or none. */
function Maybe({ label, path, value, usual, set }: MaybeProps) {
  // What was typed comes back when the box is ticked again.
  const [last, setLast] = useState(value ?? usual);
  return (
    <div className="rule-row">
      <label className="check">
        <input
          type="checkbox"
          checked={value !== null}
          onChange={(event) => set(event.currentTarget.checked ? last : null)}
        />
        {label}
      </label>
      {value !== null && (
        <Span
          label={label}
          path={path}
          minutes={value}
          set={(minutes) => {
            setLast(minutes);
            set(minutes);
          }}
        />
      )}
    </div>
  );
}

/** When time counts: always, or as on a calendar, which may begin as the one of the chat. */
function Calendar({ hours, set, path }: { hours: Hours | null; set(hours: Hours | null): void; path: string }) {
  const chat = readHours(useSetting("chat.hours")?.value);
  const id = useId();
  const fault = useFault(path);
  return (
    <fieldset>
      <legend>{t("sla.hours")}</legend>
      <label className="check">
        <input
          type="checkbox"
          checked={hours !== null}
          aria-describedby={fault ? `${id}-fault` : undefined}
          onChange={(event) => set(event.currentTarget.checked ? (chat ?? usualHours()) : null)}
        />
        {t("sla.hours.limited")}
      </label>
      {hours && chat && (
        <button type="button" className="link" onClick={() => set(chat)}>
          {t("sla.hours.copy")}
        </button>
      )}
      <Fault id={id} text={fault} />
      {hours && <EditHours hours={hours} set={set} message={false} />}
    </fieldset>
  );
}

interface Wire {
  id: string;
  name: string;
  when?: Partial<Policy["when"]>;
  first_response_s?: number | null;
  next_response_s?: number | null;
  resolution_s?: number | null;
  warn_s?: number | null;
  pause_in?: TicketCategory[];
  hours?: unknown;
}

function read(value: unknown): Policy[] {
  if (!Array.isArray(value)) return [];
  // Seconds that a program set may be no whole minutes: they stay what they are.
  const minutes = (seconds?: number | null) => (seconds == null ? null : seconds / MINUTE);
  return value.map((one: Wire) => ({
    id: one.id,
    name: one.name,
    when: { priority: [], team: [], tag: [], source: [], ...one.when },
    owed: {
      first_response: minutes(one.first_response_s),
      next_response: minutes(one.next_response_s),
      resolution: minutes(one.resolution_s),
    },
    warn: minutes(one.warn_s),
    pause: one.pause_in ?? ["pending", "on_hold"],
    hours: readHours(one.hours ?? null),
  }));
}

function write({ id, name, when, owed, warn, pause, hours }: Policy): Wire {
  const seconds = (minutes: number | null) => (minutes === null ? null : Math.round(minutes * MINUTE));
  return {
    id,
    name: name.trim(),
    when,
    first_response_s: seconds(owed.first_response),
    next_response_s: seconds(owed.next_response),
    resolution_s: seconds(owed.resolution),
    warn_s: seconds(warn),
    pause_in: pause,
    hours: writeHours(hours),
  };
}

function fresh(all: readonly Policy[]): Policy {
  return {
    id: freeId(all),
    name: freeName(t("sla.new"), all),
    when: { priority: [], team: [], tag: [], source: [] },
    owed: { first_response: 4 * 60, next_response: 8 * 60, resolution: null },
    warn: 30,
    pause: ["pending", "on_hold"],
    hours: null,
  };
}

/** Tickets remember the policy by its id, so one that is gone is not given again soon. */
function freeId(all: readonly { id: string }[]): string {
  const taken = all.map((one) => Number(/^policy_(\d+)$/.exec(one.id)?.[1] ?? 0));
  return `policy_${Math.max(0, ...taken) + 1}`;
}
