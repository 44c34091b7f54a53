import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { askedFields, checkForm, type FormField, type FormOffer, sendForm, solve } from "../src/forms";

interface Table {
  form: { fields: FormField[] };
  cases: { answers: Record<string, unknown>; faults: Record<string, string> }[];
}

const url = new URL("../../../../engage-core/src/forms/model/checks.json", import.meta.url);
const table: Table = JSON.parse(readFileSync(url, "utf8"));

describe("the table that the server is held to", () => {
  test.each(table.cases)("$answers", ({ answers, faults }) => {
    expect(checkForm(table.form.fields, answers)).toEqual(faults);
  });

  test("has something of everything", () => {
    expect(table.cases.length).toBeGreaterThan(40);
    expect(new Set(table.form.fields.map(({ kind }) => kind)).size).toBe(10);
  });
});

test("what a condition leaves out is not asked, nor what hangs on it", () => {
  const names = (answers: Record<string, unknown>) => askedFields(table.form.fields, answers).map(({ name }) => name);
  expect(names({ topic: "Help", urgent: true })).toEqual(expect.arrayContaining(["order", "urgent", "why"]));
  const sales = names({ topic: "Sales", urgent: true });
  for (const name of ["order", "urgent", "why"]) expect(sales).not.toContain(name);
});

describe("work", () => {
  const salt = "abc?expires=1&";
  const challenge = createHash("sha256").update(`${salt}457`).digest("hex");
  const asked = { algorithm: "SHA-256", challenge, maxnumber: 1_000, salt, signature: "00" };

  test("finds the number, and says it as ALTCHA does", async () => {
    expect(JSON.parse(atob((await solve(asked)) ?? ""))).toEqual({
      algorithm: "SHA-256",
      challenge,
      number: 457,
      salt,
      signature: "00",
    });
  });

  test("ends without one where there is none, and when it is told to", async () => {
    expect(await solve({ ...asked, maxnumber: 456 })).toBe(null);
    expect(await solve(asked, AbortSignal.abort())).toBe(null);
  });
});

describe("sending", () => {
  const offer = { name: "contact", token: "t" } as FormOffer;
  const sending = { answers: {}, consent: true, work: null, locale: "en", website: "" };
  const answer = (status: number, body: unknown, headers = {}) => {
    vi.stubGlobal("location", { origin: "https://a.example", pathname: "/p" });
    const send = vi.fn(
      async (_url: string, _init: RequestInit) => new Response(JSON.stringify(body), { status, headers }),
    );
    vi.stubGlobal("fetch", send);
    return send;
  };
  afterEach(() => vi.unstubAllGlobals());

  test("says what came of it", async () => {
    const send = answer(201, { thanks: "Thanks", repeated: false });
    expect(await sendForm("/engage", offer, sending)).toEqual({ kind: "sent", thanks: "Thanks" });
    expect(JSON.parse(String(send.mock.calls[0]?.[1].body))).toMatchObject({ token: "t", page: "https://a.example/p" });
    answer(422, {
      errors: [
        { field: "/answers/a~1b", code: "unknown" },
        { field: "/consent", code: "required" },
      ],
    });
    expect(await sendForm("", offer, sending)).toEqual({ kind: "faults", faults: { "a/b": "unknown" }, consent: true });
    answer(409, { code: "form_used" });
    expect(await sendForm("", offer, sending)).toEqual({ kind: "used" });
    answer(429, {}, { "retry-after": "90" });
    expect(await sendForm("", offer, sending)).toEqual({ kind: "limited", seconds: 90 });
    answer(503, {});
    expect(await sendForm("", offer, sending)).toEqual({ kind: "failed" });
  });

  test("without a connection it is not sent", async () => {
    vi.stubGlobal("location", { origin: "", pathname: "" });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    expect(await sendForm("", offer, sending)).toEqual({ kind: "failed" });
  });
});
