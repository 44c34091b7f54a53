import type { TicketLooker } from "@engage/client";
import { useEffect, useRef, useState } from "react";
import { useOnline } from "../shell/use";
import { useTickets } from "./use";

/** So often one says that one is there, in ms: the server believes it for thirty seconds. */
const SAYS = 10_000;

/** Who else looks at the ticket or answers it, and says the same of oneself. */
export function useLookers(ticket: string | null, replying: boolean): readonly TicketLooker[] {
  const desk = useTickets();
  const online = useOnline();
  const [others, setOthers] = useState<readonly TicketLooker[]>([]);
  const left = useRef<string | null>(null);
  useEffect(() => {
    if (!ticket || !online) return;
    let current = true;
    const say = () => {
      if (document.visibilityState === "hidden") return;
      desk.look(ticket, replying ? "replying" : "viewing").then(
        (answer) => current && setOthers(answer.others),
        () => current && setOthers([]),
      );
    };
    say();
    const timer = setInterval(say, SAYS);
    document.addEventListener("visibilitychange", say);
    return () => {
      current = false;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", say);
    };
  }, [desk, ticket, replying, online]);
  useEffect(() => {
    left.current = ticket;
    // Who goes says so, that nobody waits for them.
    return () => void (left.current && desk.look(left.current, "left").catch(() => {}));
  }, [desk, ticket]);
  return others;
}
