// What the fake server answers of forms to staff, as a part of `fake-desk.mjs`.

const uuid = () => globalThis.crypto.randomUUID();

const CONTACT = {
  name: "contact",
  title: "Write to us",
  fields: [
    { name: "name", label: "Name", kind: "text" },
    { name: "email", label: "E-mail", kind: "email", required: true },
    { name: "topic", label: "What is it about?", kind: "radio", choices: ["Sales", "An order"] },
    { name: "order", label: "Order number", kind: "text", required: true, when: { field: "topic", is: ["An order"] } },
    { name: "message", label: "Message", kind: "multiline", required: true },
  ],
  becomes: { kind: "chat" },
};

/** A form of the host's code, and nothing sent. */
export function newForms() {
  return { known: new Map([["contact", { form: CONTACT, version: 0, updated_at: null }]]), sent: [] };
}

/** Something that was sent by the form `contact`, the newest first. */
export function submit(fake, answers, rest = {}) {
  const labels = new Map(CONTACT.fields.map((field) => [field.name, field.label]));
  const at = fake.time();
  const sent = {
    ...{ id: uuid(), form: "contact", form_version: 0, state: rest.reasons ? "quarantine" : "inbox" },
    answers: Object.entries(answers).map(([name, value]) => ({ name, label: labels.get(name) ?? name, value })),
    ...{
      contact: null,
      email: answers.email ?? null,
      consent: null,
      page: null,
      locale: "en",
      reasons: [],
      repeats: 0,
    },
    ...{ became: null, version: 1, created_at: at, updated_at: at, expires_at: at, ...rest },
  };
  fake.desk.forms.sent.unshift(sent);
  return sent;
}

/** Answers a request of forms, or throws what `refuse` makes. */
export function forms(fake, route, query, body, { admin, at, refuse, invalid, versioned, page }) {
  const { known, sent } = fake.desk.forms;
  if (route === "GET /v1/forms") return { forms: [...known.values()] };
  const set = at("PUT /v1/forms/:id");
  if (set) {
    admin();
    const old = known.get(set);
    if (old?.version === 0 || (old && body.expected_version === 0)) refuse(409, "name_taken");
    versioned({ version: old?.version ?? 0 }, body.expected_version);
    for (const [index, field] of body.form.fields.entries()) {
      if (!field.label) invalid(`/form/fields/${index}/label`, "required");
    }
    const next = { form: body.form, version: body.expected_version + 1, updated_at: fake.time() };
    known.set(set, next);
    return next;
  }
  const dropped = at("DELETE /v1/forms/:id");
  if (dropped) {
    admin();
    return known.delete(dropped) ? undefined : refuse(404, "not_found");
  }
  if (route === "GET /v1/submissions") {
    const [state, form] = [query.get("state"), query.get("form")];
    return page(
      sent.filter((one) => one.state === state && (!form || one.form === form)),
      "submissions",
      "before",
    );
  }
  const one = (id) => sent.find((it) => it.id === id) ?? refuse(404, "not_found");
  const moved = at("PUT /v1/submissions/:id/state");
  if (moved) {
    const it = one(moved);
    versioned(it, body.expected_version);
    return Object.assign(it, { state: body.state, version: it.version + 1, updated_at: fake.time() });
  }
  const gone = at("DELETE /v1/submissions/:id");
  if (gone) return void sent.splice(sent.indexOf(one(gone)), 1);
  return refuse(404, "not_found");
}
