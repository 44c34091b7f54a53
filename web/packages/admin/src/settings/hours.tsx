import { Fragment } from "react";
import { Icon } from "../shell/icon";
import { spoken, t } from "../words";
import { SettingForm } from "./settings";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];
type Span = [string, string];

export interface Hours {
  time_zone: string;
  week: Record<Day, Span[]>;
  holidays: { date: string; name: string }[];
  message: string;
}

/** When the site is open: a week on the clock of one time zone, and the days on which it is not. */
export default function HoursForm() {
  return (
    <SettingForm<Hours | null>
      name="chat.hours"
      title={t("settings.hours")}
      hint={t("set.hours.hint")}
      read={readHours}
      write={writeHours}
      show={(value) => (value ? <SayHours hours={value} /> : t("hours.always"))}
    >
      {(of) => (
        <>
          <label className="check">
            <input
              type="checkbox"
              checked={of.draft !== null}
              onChange={(event) => of.set(event.currentTarget.checked ? usualHours() : null)}
            />
            {t("hours.limited")}
          </label>
          {of.draft ? <EditHours hours={of.draft} set={of.set} /> : <p className="quiet">{t("hours.always")}</p>}
        </>
      )}
    </SettingForm>
  );
}

/** A week, and the days that are left out. `message`: whether visitors are told something while it is closed. */
export function EditHours({
  hours,
  set,
  message = true,
}: {
  hours: Hours;
  set(hours: Hours): void;
  message?: boolean;
}) {
  const spans = (day: Day, next: Span[]) => set({ ...hours, week: { ...hours.week, [day]: next } });
  const change = (day: Day, at: number, end: 0 | 1, time: string) =>
    spans(
      day,
      hours.week[day].map((span, index) => (index === at ? (end ? [span[0], time] : [time, span[1]]) : span)),
    );
  const holidays = (next: Hours["holidays"]) => set({ ...hours, holidays: next });
  const zones = timeZones(hours.time_zone);
  return (
    <>
      <label className="field">
        <span>{t("hours.zone")}</span>
        <select value={hours.time_zone} onChange={(event) => set({ ...hours, time_zone: event.currentTarget.value })}>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll("_", " ")}
            </option>
          ))}
        </select>
      </label>
      <div className="week">
        {DAYS.map((day) => (
          <fieldset key={day} className="week-day">
            <legend>{dayName(day)}</legend>
            <div className="spans">
              {hours.week[day].map((span, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the times are being typed, so only the place is stable
                <span key={at} className="span">
                  <input
                    type="time"
                    aria-label={t("hours.from", { day: dayName(day) })}
                    value={span[0]}
                    onChange={(event) => change(day, at, 0, event.currentTarget.value)}
                  />
                  <span aria-hidden="true">–</span>
                  <input
                    type="time"
                    aria-label={t("hours.to", { day: dayName(day) })}
                    value={span[1]}
                    onChange={(event) => change(day, at, 1, event.currentTarget.value)}
                  />
                  <button
                    type="button"
                    className="tool is-small"
                    aria-label={t("remove", { name: `${span[0]}–${span[1]}` })}
                    onClick={() =>
                      spans(
                        day,
                        hours.week[day].filter((_, index) => index !== at),
                      )
                    }
                  >
                    <Icon name="close" />
                  </button>
                </span>
              ))}
              {hours.week[day].length === 0 && <span className="quiet">{t("hours.shut")}</span>}
              <button
                type="button"
                className="tool is-small"
                aria-label={t("hours.add", { day: dayName(day) })}
                onClick={() =>
                  spans(day, [...hours.week[day], hours.week[day].length > 0 ? ["13:00", "17:00"] : ["09:00", "17:00"]])
                }
              >
                <Icon name="plus" />
              </button>
            </div>
          </fieldset>
        ))}
      </div>
      <button type="button" className="link" onClick={() => set({ ...hours, week: asMonday(hours.week) })}>
        {t("hours.copy")}
      </button>
      <fieldset className="holidays">
        <legend>{t("hours.holidays")}</legend>
        {hours.holidays.map((holiday, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the date is being typed, so only the place is stable
          <div key={at} className="form-row">
            <input
              type="date"
              aria-label={t("hours.date")}
              value={holiday.date}
              onChange={(event) =>
                holidays(
                  hours.holidays.map((one, index) =>
                    index === at ? { ...one, date: event.currentTarget.value } : one,
                  ),
                )
              }
            />
            <input
              dir="auto"
              aria-label={t("hours.holiday")}
              placeholder={t("hours.holiday")}
              maxLength={100}
              value={holiday.name}
              onChange={(event) =>
                holidays(
                  hours.holidays.map((one, index) =>
                    index === at ? { ...one, name: event.currentTarget.value } : one,
                  ),
                )
              }
            />
            <button
              type="button"
              className="tool is-small"
              aria-label={t("remove", { name: holiday.name || holiday.date })}
              onClick={() => holidays(hours.holidays.filter((_, index) => index !== at))}
            >
              <Icon name="trash" />
            </button>
          </div>
        ))}
        <button
          type="button"
          className="button is-small"
          onClick={() => holidays([...hours.holidays, { date: "", name: "" }])}
        >
          <Icon name="plus" /> {t("hours.holiday.add")}
        </button>
      </fieldset>
      {message && (
        <label className="field">
          <span>{t("hours.message")}</span>
          <textarea
            dir="auto"
            rows={2}
            maxLength={500}
            value={hours.message}
            onChange={(event) => set({ ...hours, message: event.currentTarget.value })}
          />
        </label>
      )}
    </>
  );
}

/** The same in words. */
export function SayHours({ hours }: { hours: Hours }) {
  return (
    <ul>
      <li>{hours.time_zone}</li>
      {DAYS.map((day) => (
        <li key={day}>
          {dayName(day)}:{" "}
          {hours.week[day].map((span, index) => (
            <Fragment key={span.join()}>
              {index > 0 && ", "}
              <span className="hours-span">{span.join("–")}</span>
            </Fragment>
          ))}
          {hours.week[day].length === 0 && t("hours.shut")}
        </li>
      ))}
      {hours.holidays.map((one) => (
        <li key={one.date}>
          {one.date} {one.name}
        </li>
      ))}
    </ul>
  );
}

export function readHours(value: unknown): Hours | null {
  if (typeof value !== "object" || value === null) return null;
  const { time_zone, week, holidays, message } = value as Partial<Hours>;
  return {
    time_zone: time_zone ?? "UTC",
    week: Object.fromEntries(DAYS.map((day) => [day, week?.[day] ?? []])) as Record<Day, Span[]>,
    holidays: (holidays ?? []).map((one) => ({ date: one.date, name: one.name ?? "" })),
    message: message ?? "",
  };
}

export function writeHours(hours: Hours | null): unknown {
  if (!hours) return null;
  const open = DAYS.filter((day) => hours.week[day].length > 0);
  return {
    time_zone: hours.time_zone,
    week: Object.fromEntries(open.map((day) => [day, hours.week[day]])),
    holidays: hours.holidays.map(({ date, name }) => ({ date, ...(name.trim() && { name: name.trim() }) })),
    ...(hours.message.trim() && { message: hours.message.trim() }),
  };
}

/** Working days, nine to five, where whoever asks is. */
export function usualHours(): Hours {
  const days = DAYS.map((day, index): [Day, Span[]] => [day, index < 5 ? [["09:00", "17:00"]] : []]);
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { time_zone: timeZone, week: Object.fromEntries(days) as Record<Day, Span[]>, holidays: [], message: "" };
}

function asMonday(week: Hours["week"]): Hours["week"] {
  return { ...week, tue: week.mon, wed: week.mon, thu: week.mon, fri: week.mon };
}

/** The days have names in every language already: 2024 began with a Monday. */
function dayName(day: Day): string {
  const date = new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));
  return new Intl.DateTimeFormat(spoken(), { weekday: "long", timeZone: "UTC" }).format(date);
}

function timeZones(chosen: string): string[] {
  const known = "supportedValuesOf" in Intl ? Intl.supportedValuesOf("timeZone") : [];
  return [...new Set([...known, "UTC", chosen])].sort();
}
