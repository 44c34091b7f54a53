// Rules of tickets as the fake server has them: their settings, what is wrong with them, and which of them hold. It is part of
// `fake.mjs`.

/** The settings of tickets. */
export const TICKET_SETTINGS = {
  "tickets.prefix": "T-",
  "tickets.statuses": [{ id: "at_carrier", name: "At the carrier", category: "on_hold" }],
  "tickets.sla": [],
  "tickets.rules": [],
  "tickets.macros": [],
  "tickets.mail_replies": true,
  "tickets.mail_received": false,
  "tickets.mail_address": null,
  "tickets.page": null,
};

const TIMES = ["waiting", "idle", "age", "solved"];

/** What is wrong with a setting: the first is said, as `[field, code]`. */
export function wrongRules(key, value) {
  if (!["tickets.rules", "tickets.macros", "tickets.sla"].includes(key)) return [];
  const wrong = [];
  value.forEach((one, at) => {
    const path = `/value/${at}`;
    if (!one.name.trim()) wrong.push([`${path}/name`, "length"]);
    if (value.findIndex((other) => other.name === one.name) !== at) wrong.push([`${path}/name`, "taken"]);
    if (key === "tickets.sla") return;
    if (one.on?.length === 0) wrong.push([`${path}/on`, "required"]);
    if (one.on?.includes("time_passed") && !tellsTime(one.when)) wrong.push([`${path}/on`, "no_time"]);
    if (one.when) check(one.when, `${path}/when`, wrong);
    if (one.then.length === 0) wrong.push([`${path}/then`, "too_many"]);
    one.then.forEach((action, place) => {
      const [kind, given] = Object.entries(action)[0];
      const within = `${path}/then/${place}/${kind}`;
      if (["add_tags", "remove_tags"].includes(kind) && given.length === 0) wrong.push([within, "required"]);
      if (["reply", "note"].includes(kind) && !given.trim()) wrong.push([within, "required"]);
      if (["snooze", "due"].includes(kind) && given < 1) wrong.push([within, "range"]);
    });
  });
  return wrong;
}

function check(when, path, wrong) {
  const [kind, given] = Object.entries(when)[0];
  if (kind === "not") return check(given, `${path}/not`, wrong);
  if (!["all", "any"].includes(kind) && Array.isArray(given) && given.length === 0)
    wrong.push([`${path}/${kind}`, "too_many"]);
  if (TIMES.includes(kind) && given < 1) wrong.push([`${path}/${kind}`, "range"]);
  if (!["all", "any"].includes(kind)) return;
  given.forEach((one, at) => {
    check(one, `${path}/${kind}/${at}`, wrong);
  });
}

function tellsTime(when) {
  const [kind, given] = Object.entries(when)[0];
  if (kind === "not") return tellsTime(given);
  return kind === "all" || kind === "any" ? given.some(tellsTime) : TIMES.includes(kind);
}

function holds(when, ticket, seen, now) {
  const [kind, given] = Object.entries(when)[0];
  const since = (at) => at !== null && now - Date.parse(at) >= given * 60_000;
  switch (kind) {
    case "all":
      return given.every((one) => holds(one, ticket, seen, now));
    case "any":
      return given.some((one) => holds(one, ticket, seen, now));
    case "not":
      return !holds(given, ticket, seen, now);
    case "status":
      return given.some((one) => one === ticket.status || one === seen.desk.category);
    case "tag":
      return given.some((one) => ticket.tags.includes(one));
    case "subject":
      return given.some((one) => ticket.subject.toLowerCase().includes(one.toLowerCase()));
    case "field":
      return given.is.includes(ticket.fields[given.name] ?? null);
    case "waiting":
      return since(seen.desk.waiting_since);
    case "idle":
      return since(seen.updated_at);
    case "age":
      return since(seen.created_at);
    case "solved":
      return since(seen.desk.solved_at);
    default:
      return given.includes(ticket[kind]);
  }
}

/** What each rule that runs after `cause` would do: `does` does what one says, and gives the entries of it. */
export function obey(ticket, seen, rules, cause, now, does) {
  const meant = rules.filter((rule) => !rule.is_off && rule.on.includes(cause));
  return meant.map((rule) => {
    if (!holds(rule.when, ticket, seen, now)) return { rule: rule.name, result: "unmet", entries: [] };
    return { rule: rule.name, result: "done", entries: does(rule) };
  });
}
