import { useConnection, useEngage } from "@engage/react";
import { t } from "../words";

/** Says when what is on the screen may not be all, and offers the way back. Nothing while all is well. */
export function ConnectionBar() {
  const { client } = useEngage();
  const { state, polling } = useConnection();
  const cut = state === "offline" || state === "closed";
  const said =
    state === "offline" ? t("cut.offline") : state === "closed" ? t("cut.ended") : polling ? t("cut.slow") : null;
  return (
    <div className="cut-place" role="status">
      {said && (
        <p className={`cut e-notice is-${state}`}>
          {said}
          {cut && (
            <button type="button" onClick={client.reconnect}>
              {t("cut.again")}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
