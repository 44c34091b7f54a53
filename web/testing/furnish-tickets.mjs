// Fills a fake server with tickets, for pictures and journeys.
import { Refusal } from "./fake.mjs";
import { tickets } from "./fake-tickets.mjs";

const HOUR = 3_600_000;
const SUBJECTS = [
  "Rocket skates pull to the left",
  "The giant magnet attracts the wrong things",
  "Where is my order 4711?",
  "A subject as long as somebody who is quite angry writes it, with every detail of what happened since Tuesday morning",
  "زلاجات الصواريخ لا تعمل",
  "磁石が強すぎます",
  "Invoice has the wrong address",
];

/** Gives the ids of what is worth looking at. */
export function furnishTickets(fake, agents, people, mean) {
  const ada = agents.get("ada");
  const ben = agents.get("ben");
  const call = (who, method, path, body) => tickets(fake, method, path, new URLSearchParams(), body, who, Refusal);
  const edit = (id, change) =>
    call(ada, "PATCH", `/v1/tickets/${id}`, { expected_version: fake.tickets.all.get(id).version, edit: change });
  for (const [key, value] of Object.entries(settingsOf(ben.id, mean))) {
    fake.desk.settings.set(key, { key, value, version: 1 });
  }
  const made = SUBJECTS.map((subject, index) => {
    const who = people[index % people.length];
    return call(who, "POST", "/v1/tickets", {
      client_message_id: `s${index}`,
      subject,
      body: `${subject}. Please help.`,
    });
  });
  const hostile = call(people.at(-1), "POST", "/v1/tickets", { client_message_id: "x", subject: mean, body: mean });
  const [first, second, third, fourth, fifth, sixth, seventh] = made.map(({ id }) => id);
  const owes = (id, metric, hours) =>
    fake.tickets.all.get(id).owed.push({
      metric,
      due: new Date(fake.now() + hours * HOUR).toISOString(),
      breached: hours < 0,
    });
  edit(first, {
    assignee: ada.id,
    team: "sales",
    priority: "high",
    add_tags: ["skates", "returns"],
    organisation: "Acme",
  });
  call(ada, "POST", `/v1/tickets/${first}/replies`, {
    client_message_id: "1",
    body: "Good morning!\n\nCould you tell us which of the two wheels it is? See https://acme.example/skates for their names.",
  });
  call(people[0], "POST", `/v1/tickets/${first}/replies`, {
    client_message_id: "2",
    body: "The left one, the one next to the fuse.",
  });
  call(ben, "POST", `/v1/tickets/${first}/notes`, {
    client_message_id: "3",
    body: "@Ada the fuse was recalled last month, see the list.",
    mentions: [ada.id],
  });
  edit(first, { add_cc: ["works@acme.example"], add_followers: [ben.id], fields: { order: 4711, model: "XL" } });
  call(ada, "POST", `/v1/tickets/${first}/time`, { client_message_id: "4", seconds: 900, note: "Looked at the plans" });
  call(ada, "PUT", `/v1/tickets/${first}/link`, { ticket: third, linked: true });
  call(ada, "PUT", `/v1/tickets/${second}/parent`, { parent: first });
  owes(first, "next_response", 0.4);
  owes(first, "resolution", 26);
  owes(second, "first_response", -2);
  edit(third, { status: "at_carrier", assignee: ben.id });
  edit(fourth, { status: "pending", priority: "urgent" });
  edit(fifth, { status: "open", assignee: ada.id });
  edit(sixth, { snoozed_until: new Date(fake.now() + 20 * HOUR).toISOString() });
  edit(seventh, { status: "solved" });
  call(people[6 % people.length], "PUT", `/v1/tickets/${seventh}/rating`, { score: 4, comment: "Fine" });
  call(ben, "PUT", `/v1/tickets/${first}/looking`, { doing: "viewing" });
  call(ada, "POST", "/v1/tickets/macros", { name: "Recalled", tickets: [first], client_message_id: "5" });
  return { ticket: first, hostileTicket: hostile.id };
}

/** Rules, macros and policies as a site that has worked for a while has them. */
function settingsOf(ben, mean) {
  const hours = {
    mon: [
      ["09:00", "12:00"],
      ["13:00", "17:00"],
    ],
    tue: [["09:00", "17:00"]],
    fri: [["09:00", "15:00"]],
  };
  // biome-ignore lint/suspicious/noThenProperty: that is its name on the wire
  const does = (name, actions, rest) => ({ name, then: actions, ...rest });
  return {
    "tickets.rules": [
      does("Important customers first", [{ priority: "urgent" }, { team: "sales" }, { follow: [ben] }], {
        on: ["opened", "updated"],
        when: {
          all: [
            { tag: ["vip", "gold"] },
            { not: { status: ["solved", "closed"] } },
            { any: [{ subject: ["refund", "invoice"] }, { field: { name: "plan", is: ["pro", null] } }] },
          ],
        },
      }),
      does(
        "Nobody has answered for two days",
        [{ add_tags: ["late"] }, { note: "Somebody should have a look at this." }],
        {
          on: ["time_passed"],
          when: { all: [{ waiting: 2_880 }, { not: { tag: ["late"] } }] },
        },
      ),
      does(mean, [{ reply: mean }], { on: ["rated"], when: { all: [] }, is_off: true }),
    ],
    "tickets.macros": [
      does("Recalled", [{ add_tags: ["recall"] }, { priority: "high" }]),
      does("Thank you, and goodbye", [{ reply: "Thank you for telling us. All is well again." }, { status: "solved" }]),
      does("To sales", [{ team: "sales" }, { assignee: null }, { snooze: 1_440 }], { team: "sales" }),
    ],
    "tickets.sla": [
      {
        id: "gold",
        name: "Gold",
        when: { priority: ["urgent", "high"], tag: ["vip"] },
        first_response_s: 14_400,
        next_response_s: 28_800,
        resolution_s: 259_200,
        warn_s: 1_800,
        hours: { time_zone: "Europe/Berlin", week: hours, holidays: [{ date: "2026-12-25", name: "Christmas" }] },
      },
      { id: "rest", name: "Everybody else", first_response_s: 86_400 },
    ],
  };
}
