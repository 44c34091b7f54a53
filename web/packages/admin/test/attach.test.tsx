import { beforeEach, describe, expect, test } from "vitest";
import { FakeFiles } from "../../../testing/fake-files";
import { all, button, during, page, stage, start, until, visit, world, write } from "./stage";

stage();

let files: FakeFiles;
let ticket: string;

beforeEach(async () => {
  files = new FakeFiles(world.server);
  world.files = files;
  const who = world.server.addContact("Wile", "wile@acme.example");
  const asked = { client_message_id: "1", subject: "Rocket skates", body: "They pull to the left." };
  ticket = (await world.server.http("POST", "/v1/tickets", asked, who)).id;
});

const opened = async () => {
  await start();
  await visit(`#/t/${ticket}`, ".compose input[type=file]");
};
const rows = () => all(".compose .attached li").map((it) => it.textContent);
const said = () =>
  (world.server.tickets.all.get(ticket).entries as { type: string; files?: unknown }[])
    .slice(1)
    .filter(({ type }) => type === "reply");
const picture = (name: string, size = 3) => new File(["x".repeat(size)], name, { type: "image/png" });
const choose = (...chosen: File[]) =>
  during(() => {
    const input = page.querySelector(".compose input[type=file]") as HTMLInputElement;
    Object.defineProperty(input, "files", { value: chosen, configurable: true });
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

describe("files of what staff write on a ticket", () => {
  test("go along with a reply, and are shown where it stands", async () => {
    await opened();
    await choose(picture("brakes.png"));
    await until(() => page.querySelector(".attached .is-ready"));
    await write("Try these.");
    await until(() => said().length === 1);
    expect(said()).toMatchObject([{ type: "reply", body: "Try these.", files: [{ id: "f0", name: "brakes.png" }] }]);
    expect(rows()).toEqual([]);
    await until(() => page.querySelector(".sent-files img"));
    expect(page.querySelector(".sent-files img")?.getAttribute("alt")).toBe("brakes.png");
  });

  test("may be all that is sent", async () => {
    await opened();
    await choose(picture("brakes.png"));
    await until(() => page.querySelector(".attached .is-ready"));
    await during(() => page.querySelector<HTMLFormElement>(".e-composer")?.requestSubmit());
    await until(() => said().length === 1);
    expect(said()).toMatchObject([{ body: "", files: [{ id: "f0" }] }]);
  });

  test("say why they are refused, hold nothing up, and go nowhere", async () => {
    files.refusal = "type_not_allowed";
    await opened();
    await choose(picture("<b>run.exe"), picture("huge.png", 2_000));
    await until(() => all(".attached .is-failed").length === 2);
    expect(all(".attached [role=alert]").map((it) => it.textContent)).toEqual([
      "Files of this type are not taken.",
      "It is too large.",
    ]);
    expect(page.querySelector(".attached b")).toBe(null);
    // To try it again would end in the same way.
    expect(button("Send <b>run.exe on")).toBe(undefined);
    await write("Without it, then.");
    await until(() => said().length === 1);
    expect(said()[0]?.files).toBe(undefined);
    expect(rows()).toHaveLength(2);
    await during(() => button("Remove <b>run.exe")?.click());
    expect(rows()).toEqual([expect.stringContaining("huge.png")]);
  });

  test("are of the note or of the reply, never of both", async () => {
    await opened();
    await during(() => button("Note")?.click());
    await choose(picture("secret.png"));
    await until(() => page.querySelector(".attached .is-ready"));
    await during(() => button("Reply")?.click());
    expect(rows()).toEqual([]);
    await write("No files here.");
    await until(() => said().length === 1);
    expect(said()[0]?.files).toBe(undefined);
    await during(() => button("Note")?.click());
    expect(rows()).toEqual([expect.stringContaining("secret.png")]);
  });
});
