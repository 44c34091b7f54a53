import type { Client, State } from "@engage/client";
import { ContactForm, Icon, isTelling, useEngage, useEngageState } from "@engage/react";
import { type ReactNode, useEffect, useState } from "react";

/** Under this name the client remembers that the visitor would rather not. */
const LATER = "who-later";

export interface Who {
  open: boolean;
  toggle(): void;
  /** What stands above the box to write in: an offer after the first message, the form, or what came of it. */
  above(written: boolean): ReactNode;
}

/** The visitor's own name and e-mail. `leave` takes the focus to where it belongs when what had it goes. */
export function useWho(shown: boolean, leave: () => void): Who {
  const { client, strings } = useEngage();
  const state = useEngageState();
  const { self } = state;
  const [open, setOpen] = useState(() => isTelling(client));
  const [asked, setAsked] = useState(false);
  const [said, setSaid] = useState("");
  const [later, setLater] = useState(false);

  // It stands until the visitor goes on.
  useEffect(() => setSaid(""), [shown, state.outbox.length]);

  const toggle = () => {
    setAsked(true);
    setOpen(!open);
    setSaid("");
  };
  const above = (written: boolean) => (
    <>
      {open && self && (
        <ContactForm
          key={self.id}
          self={self}
          focus={asked}
          done={(words) => {
            leave();
            setOpen(false);
            setSaid(words ?? "");
          }}
        />
      )}
      {!open && written && !later && isUnknown(client, state) && (
        <div className="offer">
          <button type="button" className="link" onClick={toggle}>
            {strings.whoOffer}
          </button>
          <button
            type="button"
            className="tool"
            aria-label={strings.notNow}
            title={strings.notNow}
            onClick={() => {
              leave();
              setLater(true);
              client.setMemo(LATER, "1");
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
      <p className="said" role="status">
        {said}
      </p>
    </>
  );
  return { open, toggle, above };
}

function isUnknown(client: Client, { self }: State): boolean {
  return self !== null && !self.name && !self.email && client.memo(LATER) === "";
}
