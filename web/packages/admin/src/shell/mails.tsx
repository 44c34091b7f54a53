import type { TicketMails } from "@engage/client";
import { plain } from "@engage/react";
import { useRef, useState } from "react";
import { useTickets } from "../tickets/use";
import { t } from "../words";
import type { Choice } from "./menu";
import { attempt } from "./use";

/** The choice whether I am mailed about my tickets, once `look` was called; null where the site mails nothing to staff. */
export function useMailChoice(): { choice: Choice | null; look(): Promise<void> } {
  const tickets = useTickets();
  const [mails, setMails] = useState<TicketMails | null>(null);
  const turn = useRef(0);
  const last = useRef<Promise<unknown>>(Promise.resolve());

  const look = async () => {
    turn.current += 1;
    const mine = turn.current;
    const told = await tickets.mails().catch(() => null);
    // What was pressed meanwhile is newer.
    if (told && mine === turn.current) setMails(told);
  };
  const want = (mails: TicketMails, wanted: boolean) => {
    turn.current += 1;
    setMails({ ...mails, wanted });
    // In the order of the presses. What was refused is shown as it is.
    last.current = last.current.then(async () => {
      if (!(await attempt(tickets.wantMails(wanted)))) await look();
    });
  };

  const choice: Choice | null = mails?.available
    ? {
        key: "mails",
        name: (
          <span>
            {t("me.mails")}
            <small dir={mails.address ? "ltr" : undefined}>{plain(mails.address ?? "") || t("me.mails.nowhere")}</small>
          </span>
        ),
        on: mails.wanted,
        act: () => want(mails, !mails.wanted),
      }
    : null;
  return { choice, look };
}
