import type { Invitation, Site } from "@engage/client";
import { soon, useEngage } from "@engage/react";
import type { ReactNode } from "react";

interface StartProps {
  site: Site | null;
  /** What the visitor was invited with, in place of the greeting. */
  invitation: Invitation | null;
  children?: ReactNode;
}

/** What stands where no message is yet: who greets, whether anybody is there, and what is asked. */
export function Start({ site, invitation, children }: StartProps) {
  const { strings, locale } = useEngage();
  const words = invitation?.text || strings.greeting || site?.greeting;
  const away = site && !(site.isOpen && site.agentsOnline);
  const said = site && !site.isOpen && site.closedMessage;
  return (
    <div className="start" part="start" tabIndex={words || away ? 0 : undefined}>
      <div className="welcome">
        {words && (
          <p className="hello" dir="auto">
            {words}
          </p>
        )}
        {away && (
          <p className="away" dir={said ? "auto" : undefined}>
            {said || (site.needsEmail ? strings.awayEmail : strings.away)}
          </p>
        )}
        {site?.opensAt && !site.isOpen && (
          <p className="away">{strings.opens(soon(site.opensAt, Date.now(), locale))}</p>
        )}
      </div>
      {children}
    </div>
  );
}
