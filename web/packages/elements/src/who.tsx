import type { Client, State } from "@engage/client";
import { ContactForm, Icon, useEngage, useEngageState } from "@engage/react";
import formsCss from "@engage/react/forms.css?inline";
import { useEffect, useState } from "react";
import offerCss from "./offer.css?inline";

export const css = formsCss + offerCss;

/** Under this name the client remembers that the visitor would rather not. */
const LATER = "who-later";

interface WhoProps {
  open: boolean;
  toggle(): void;
  /** Whether the visitor has written. */
  written: boolean;
  /** The visitor asked for the form just now, so it takes the focus. */
  asked: boolean;
  /** Takes the focus to where it belongs when what had it goes. */
  leave(): void;
}

/** The visitor's own name and e-mail: an offer after the first message, the form, or what came of it. */
export function Who({ open, toggle, written, asked, leave }: WhoProps) {
  const { client, strings } = useEngage();
  const state = useEngageState();
  const { self } = state;
  const [said, setSaid] = useState("");
  const [later, setLater] = useState(false);

  // It stands until the visitor goes on.
  useEffect(() => setSaid(""), [state.outbox.length]);
  useEffect(() => {
    if (open) setSaid("");
  }, [open]);

  return (
    <>
      {open && self && (
        <ContactForm
          key={self.id}
          self={self}
          focus={asked}
          done={(words) => {
            leave();
            toggle();
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
}

function isUnknown(client: Client, { self }: State): boolean {
  return self !== null && !self.name && !self.email && client.memo(LATER) === "";
}
