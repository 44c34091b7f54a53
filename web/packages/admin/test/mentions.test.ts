import type { Agent } from "@engage/client";
import { describe, expect, test } from "vitest";
import { mentioned, sees, split } from "../src/talk/mentions";

const agents = ["Ada", "Ada Lovelace", "Bo.b", "O'Hara (x)", "山田"].map((name, at) => ({ id: `${at}`, name }));
const ids = (text: string, picked = new Map<string, string>()) =>
  mentioned(text, agents as Agent[], picked).map((agent) => agent.id);

describe("whom a note asks", () => {
  test("names are found whole, the longest first, wherever they stand", () => {
    expect(ids("@Ada Lovelace and @Ada")).toEqual(["1", "0"]);
    expect(ids("@Ada Lovelaces")).toEqual(["0"]);
    expect(ids("@Adam mail@Ada x@Ada.org @@Ada")).toEqual(["0"]);
    expect(ids("(@Bo.b) @O'Hara (x)! @山田、@nobody")).toEqual(["2", "3", "4"]);
    expect(ids("@Ada @Ada @Ada")).toEqual(["0"]);
    expect(split("a @Ada b", agents)).toEqual(["a ", agents[0], " b"]);
    expect(split("", agents)).toEqual([]);
  });

  test("of several who bear a name, the one who was chosen", () => {
    const two = [
      { id: "a", name: "Sam" },
      { id: "b", name: "Sam" },
    ] as Agent[];
    expect(mentioned("@Sam", two, new Map([["Sam", "b"]])).map((agent) => agent.id)).toEqual(["b"]);
  });

  test("who may not see the conversation is not asked", () => {
    const agent = { id: "a", teams: ["sales"], admin: false } as unknown as Agent;
    expect([sees(agent, { team: "sales" }), sees(agent, { team: "law" }), sees(agent, { team: null })]).toEqual([
      true,
      false,
      true,
    ]);
    expect(sees({ ...agent, admin: true } as Agent, { team: "law" })).toBe(true);
  });
});
