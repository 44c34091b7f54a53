import { useEngage } from "./context";
import { useConnection } from "./hooks";

/** Says when what is on the screen may not be all, and offers the way back. Nothing while all is well. */
export function ConnectionNotice() {
  const { client, strings } = useEngage();
  const { state } = useConnection();
  const said = {
    online: null,
    connecting: null,
    offline: strings.offline,
    closed: strings.ended,
    denied: strings.denied,
  }[state];
  return (
    <div className="e-notice-place" role="status">
      {said && (
        <p className={`e-notice e-notice-${state}`} part="notice">
          {said}
          {state !== "denied" && (
            <button type="button" onClick={client.reconnect}>
              {strings.reconnect}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
