import { handOff } from "@engage/client";
import { useEngage } from "@engage/react";
import { useState } from "react";

export { default as css } from "./offer.css?inline";

/** The way from a bot to somebody of flesh and blood. */
export function ToPerson({ id }: { id: string }) {
  const { client, strings } = useEngage();
  const [failed, setFailed] = useState(false);
  const [asked, setAsked] = useState(false);
  const ask = () => {
    setAsked(true);
    setFailed(false);
    handOff(client, id).catch(() => {
      setAsked(false);
      setFailed(true);
    });
  };
  return (
    <div className="offer">
      <button type="button" className="link" aria-disabled={asked} onClick={() => !asked && ask()}>
        {strings.toPerson}
      </button>
      <span role="status">{failed && strings.toPersonFailed}</span>
    </div>
  );
}
